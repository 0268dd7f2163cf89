// SPDX-License-Identifier: MIT

namespace Vma.Nbd;

/// <summary>A range of an export for which a metadata context says one thing.</summary>
/// <param name="Length">Its length in bytes, at least 1.</param>
/// <param name="Flags">
/// What the context says; what the bits mean depends on it. In base:allocation bit 0 means that nothing is allocated, and bit 1 that the range reads as
/// zeros; in a dirty bitmap of QEMU bit 0 means that the range was written.
/// </param>
public readonly record struct NbdExtent(long Length, uint Flags);
