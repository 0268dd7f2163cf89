// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace Vma.Cli.Json;

internal sealed record ConfigElement(string Name, string FileName, int Size)
{
    public static ConfigElement From(VmaConfig config) => new(config.Name.ToString(), config.Name.FileName, config.Data.Length);
}

internal sealed record DeviceElement(int Id, string Name, string FileName, ulong Size, bool MemoryState)
{
    public static DeviceElement From(VmaDevice device) => new(device.Id, device.Name.ToString(), device.Name.FileName, device.DeclaredSize, device.IsMemoryState);
}

internal sealed record FindingElement(
    string Code, string Severity, long Offset, long? CompressedOffset, int? DeviceId, string? Device, long? Cluster, long? Clusters, long? DiskOffset, long? DiskLength, string Message)
{
    public static FindingElement From(VmaFault fault) => new(
        JsonNamingPolicy.KebabCaseLower.ConvertName(fault.Code.ToString()),
        fault.Severity == VmaSeverity.Error ? "error" : "warning",
        fault.Offset,
        fault.CompressedOffset,
        fault.DeviceId,
        fault.DeviceName?.ToString(),
        fault.Cluster,
        fault.Cluster is null ? null : fault.ClusterCount,
        fault.DiskOffset,
        fault.DiskLength,
        fault.Message);
}

internal sealed record ListDocument(
    string Schema,
    string Archive,
    string Uuid,
    long CreationTime,
    int HeaderBytes,
    IReadOnlyList<ConfigElement> Configs,
    IReadOnlyList<DeviceElement> Devices,
    IReadOnlyList<FindingElement> Findings)
{
    public static ListDocument From(string archive, VmaManifest manifest) => new(
        "vma-list/1",
        archive,
        manifest.Uuid.ToString("D"),
        manifest.CreationTime,
        manifest.HeaderLength,
        [.. manifest.Configs.Select(ConfigElement.From)],
        [.. manifest.Devices.Select(DeviceElement.From)],
        [.. manifest.Findings.Select(FindingElement.From)]);
}

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

internal sealed record PlannedElement(string Name, string Path, string Format, long Size);

/// <summary>What <c>--dry-run</c> says would be done.</summary>
internal sealed record PlanDocument(string Schema, string? Input, string Output, long? LeastStoredBytes, long? MostStoredBytes, long? FreeBytes, IReadOnlyList<PlannedElement> Disks)
{
    public const string Version = "vma-plan/1";
}

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

internal sealed record CreatedElement(int Id, string Name, long Size, long ZeroBytes);

internal sealed record CreateDocument(string Schema, string Archive, string Uuid, bool Sealed, long ArchiveBytes, long WrittenBytes, IReadOnlyList<CreatedElement> Devices)
{
    public const string Version = "vma-create/1";
    public const string RepackVersion = "vma-repack/1";

    public static CreateDocument From(string schema, string archive, bool isSealed, VmaWriteReport report) => new(
        schema,
        archive,
        report.Uuid.ToString("D"),
        isSealed,
        report.ArchiveBytes,
        report.WrittenBytes,
        [.. report.Devices.Select(one => new CreatedElement(one.Device.Id, one.Device.Name.ToString(), one.Device.Size, one.ZeroBytes))]);
}
