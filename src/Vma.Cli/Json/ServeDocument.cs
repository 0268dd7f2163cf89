// SPDX-License-Identifier: MIT

namespace Vma.Cli.Json;

/// <summary>A disk that is served; its size in bytes.</summary>
internal sealed record ExportElement(string Name, long Size, string Archive, string Device, string Uri);

internal sealed record ServeDocument(string Schema, string? Socket, int? Port, IReadOnlyList<ExportElement> Exports)
{
    public const string Version = "vma-serve/1";
}
