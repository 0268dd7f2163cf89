// SPDX-License-Identifier: MIT

using System.Text.Json.Serialization;
using Vma.Cli.Archives;

namespace Vma.Cli.Extract;

internal sealed record RestoredElement(int Id, string Name, string Path, string Format, long Bytes, long Clusters, long StoredBytes, long ZeroBytes);

internal sealed record ExtractDocument(
    string Schema,
    string Archive,
    string Directory,
    string Uuid,
    bool Sealed,
    bool DataChecked,
    IReadOnlyList<ConfigElement> Configs,
    IReadOnlyList<RestoredElement> Devices,
    IReadOnlyList<FindingElement> Findings)
{
    public const string Version = "vma-extract/1";
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ExtractDocument))]
internal sealed partial class ExtractContract : JsonSerializerContext;
