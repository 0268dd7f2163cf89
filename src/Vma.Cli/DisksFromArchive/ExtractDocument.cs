// SPDX-License-Identifier: MIT

using System.Text.Json.Serialization;
using Vma.Cli.Archives;
using Vma.Cli.Disks;

namespace Vma.Cli.DisksFromArchive;

internal sealed record RestoredElement(int Id, string Name, string Path, string Format, long Bytes, long Clusters, long StoredBytes, long ZeroBytes,
    IReadOnlyList<string> OtherFiles)
{
    public static RestoredElement From(VmaReadDevice one, RestoreTarget target) => new(
        one.Device.Id, one.Device.Name.ToString(), target.FinalPath ?? target.Path, target.Format,
        one.RestoredLength, one.Clusters, one.StoredBytes, one.ZeroBytes, target.OtherFiles);
}

internal sealed record ExtractDocument(
    string Schema, string Archive, string Directory, string Uuid, bool Sealed, bool DataChecked, IReadOnlyList<ConfigElement> Configs,
    IReadOnlyList<RestoredElement> Devices, IReadOnlyList<FindingElement> Findings)
{
    public const string Version = "vma-extract/1";
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ExtractDocument))]
internal sealed partial class ExtractContract : JsonSerializerContext;
