// SPDX-License-Identifier: MIT

namespace Vma.Nbd;

/// <summary>A stretch of an export for which a metadata context says one thing.</summary>
/// <param name="Length">Its length in bytes, at least 1.</param>
/// <param name="Flags">What the context says; what the bits mean depends on it. In a dirty bitmap bit 0 is: written.</param>
public readonly record struct NbdExtent(long Length, uint Flags);

/// <summary>An export that a server lists.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What the server says of it; often empty.</param>
/// <param name="Length">Its size in bytes; null when the server does not tell.</param>
/// <param name="IsReadOnly">Whether it can only be read; null when the server does not tell.</param>
public sealed record NbdExportInfo(string Name, string Description, long? Length, bool? IsReadOnly);
