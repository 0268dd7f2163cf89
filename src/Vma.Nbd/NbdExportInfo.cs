// SPDX-License-Identifier: MIT

namespace Vma.Nbd;

/// <summary>An export that a server lists.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What the server says of it; often empty.</param>
/// <param name="Length">Its size in bytes; null when the server does not tell.</param>
/// <param name="IsReadOnly">Whether it can only be read; null when the server does not tell.</param>
public sealed record NbdExportInfo(string Name, string Description, long? Length, bool? IsReadOnly);
