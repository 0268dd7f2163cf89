// SPDX-License-Identifier: MIT

using System.Text.Json.Serialization;

namespace Vma.Cli.Serve;

/// <summary>A disk that is served; its size in bytes.</summary>
internal sealed record ExportElement(string Name, long Size, string Archive, string Device, string Uri);

internal sealed record ServeDocument(string Schema, string? Socket, int? Port, IReadOnlyList<ExportElement> Exports)
{
    public const string Version = "vma-serve/1";
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ServeDocument))]
internal sealed partial class ServeContract : JsonSerializerContext;
