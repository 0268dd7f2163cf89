// SPDX-License-Identifier: MIT

using System.Text.Json.Serialization;
using Vma.Cli.Archives;

namespace Vma.Cli.Salvage;

internal sealed record LostElement(long Offset, long Length);

internal sealed record SalvagedElement(
    int Id,
    string Name,
    string Path,
    string MapFile,
    long Length,
    bool SizeKnown,
    long RecoveredClusters,
    long KeptDamagedClusters,
    long LostBytes,
    IReadOnlyList<LostElement> Lost)
{
    public static SalvagedElement From(VmaSalvagedDevice device, string path, string mapFile) => new(
        device.Device.Id,
        device.Device.Name.ToString(),
        path,
        mapFile,
        device.Length,
        device.SizeIsKnown,
        device.RecoveredClusters,
        device.KeptDamagedClusters,
        device.LostBytes,
        [.. device.Lost.Select(range => new LostElement(range.Offset, range.Length))]);
}

internal sealed record SalvageDocument(
    string Schema,
    string Archive,
    string Uuid,
    bool HeaderWhole,
    bool Sealed,
    long ArchiveBytes,
    long Errors,
    long Warnings,
    IReadOnlyList<ConfigElement> Configs,
    IReadOnlyList<SalvagedElement> Devices,
    IReadOnlyList<FindingElement> Findings)
{
    public const string Version = "vma-salvage/1";
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SalvageDocument))]
internal sealed partial class SalvageContract : JsonSerializerContext;
