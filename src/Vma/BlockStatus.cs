// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>A stretch of a disk that is of one kind.</summary>
/// <param name="Length">Its length in bytes, at least 1.</param>
/// <param name="ReadsAsZeroes">Whether it is known to hold only zeros.</param>
public readonly record struct BlockStatus(long Length, bool ReadsAsZeroes);
