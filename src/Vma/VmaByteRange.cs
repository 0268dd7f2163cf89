// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>A range of bytes.</summary>
/// <param name="Offset">Its first byte.</param>
/// <param name="Length">Its length.</param>
public readonly record struct VmaByteRange(long Offset, long Length);
