// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>What is known of a range of a disk.</summary>
/// <param name="Length">Its length in bytes, at least 1.</param>
/// <param name="ReadsAsZeroes">Whether it is known to hold only zeros.</param>
public readonly record struct BlockStatus(long Length, bool ReadsAsZeroes);
