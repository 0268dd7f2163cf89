// SPDX-License-Identifier: MIT

using System.Text.Json.Serialization;
using Vma.Cli.Archives;

namespace Vma.Cli.Verify;

internal sealed record ReadDeviceElement(
    int Id,
    string Name,
    ulong Size,
    bool MemoryState,
    long Clusters,
    long MissingClusters,
    long DamagedClusters,
    long StoredBytes,
    long ZeroBytes)
{
    public static ReadDeviceElement From(VmaReadDevice device) => new(
        device.Device.Id,
        device.Device.Name.ToString(),
        device.Device.DeclaredSize,
        device.Device.IsMemoryState,
        device.Clusters,
        device.MissingClusters,
        device.DamagedClusters,
        device.StoredBytes,
        device.ZeroBytes);
}

internal sealed record VerifiedElement(
    string Archive,
    bool Ok,
    bool Sealed,
    bool DataChecked,
    long ArchiveBytes,
    long Errors,
    long Warnings,
    IReadOnlyList<ReadDeviceElement> Devices,
    IReadOnlyList<FindingElement> Findings,
    string? Error)
{
    public static VerifiedElement From(string archive, VmaReadReport report) => new(
        archive,
        report.Errors == 0,
        report.Sealed,
        report.DataChecked,
        report.ArchiveBytes,
        report.Errors,
        report.Warnings,
        [.. report.Devices.Select(ReadDeviceElement.From)],
        [.. report.Findings.Select(FindingElement.From)],
        null);

    /// <summary>An archive that could not be read at all, for a reason that is not its own.</summary>
    public static VerifiedElement From(string archive, string error) => new(archive, false, false, false, 0, 0, 0, [], [], error);

    /// <summary>An archive whose header alone says that nothing more can be read.</summary>
    public static VerifiedElement From(string archive, VmaFault fault) => new(archive, false, false, false, 0, 1, 0, [], [FindingElement.From(fault)], null);
}

internal sealed record VerifyDocument(string Schema, IReadOnlyList<VerifiedElement> Archives)
{
    public const string Version = "vma-verify/1";
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(VerifyDocument))]
internal sealed partial class VerifyContract : JsonSerializerContext;
