// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace Vma.Cli.Archives;

internal sealed record ConfigElement(string Name, string FileName, int Size)
{
    public static ConfigElement From(VmaConfig config) => new(config.Name.ToString(), config.Name.FileName, config.Data.Length);
}

internal sealed record FindingElement(
    string Code, string Severity, long Offset, long? CompressedOffset, int? DeviceId, string? Device, long? Cluster, long? Clusters, long? DiskOffset,
    long? DiskLength, long Count, string Message)
{
    public static FindingElement From(VmaFault fault) => new(
        JsonNamingPolicy.KebabCaseLower.ConvertName(fault.Code.ToString()), fault.Severity == VmaSeverity.Error ? "error" : "warning", fault.Offset,
        fault.CompressedOffset, fault.DeviceId, fault.DeviceName?.ToString(), fault.Cluster, fault.Cluster is null ? null : fault.ClusterCount,
        fault.DiskOffset, fault.DiskLength, fault.Count, fault.Message);
}
