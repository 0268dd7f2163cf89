// SPDX-License-Identifier: MIT

using System.Text;

namespace Vma;

/// <summary>
/// One thing that is wrong with an archive, with its place. Offsets are in bytes from the start of the archive, uncompressed.
/// </summary>
/// <param name="Code">What is wrong.</param>
/// <param name="Offset">Where: the field, the extent header or the data in question.</param>
/// <param name="Message">The reason in words, without the place, in one line that is safe for a terminal.</param>
public sealed record VmaFault(VmaFaultCode Code, long Offset, string Message)
{
    /// <summary>Whether data is at stake; given by <see cref="Code"/>.</summary>
    public VmaSeverity Severity => Code < VmaFaultCode.NotAnArchive ? VmaSeverity.Warning : VmaSeverity.Error;

    /// <summary>Where in the compressed stream, in bytes; null when what the archive is compressed in is not damaged.</summary>
    public long? CompressedOffset { get; init; }

    /// <summary>How many bytes of memory the archive takes to be decoded, when that is more than was allowed; else null.</summary>
    public long? MemoryNeeded { get; init; }

    /// <summary>The device in question, 1 to 255; null when it is not about one device.</summary>
    public byte? DeviceId { get; init; }

    /// <summary>The device's name, when the archive has one for it.</summary>
    public VmaName? DeviceName { get; init; }

    /// <summary>The first cluster in question; null when it is not about clusters.</summary>
    public long? Cluster { get; init; }

    /// <summary>How many clusters are in question, from <see cref="Cluster"/> on.</summary>
    public long ClusterCount { get; init; } = 1;

    /// <summary>The first byte in question on the disk; null when it is not about clusters.</summary>
    public long? DiskOffset => (Cluster * VmaCluster.Size) + OffsetInCluster;

    /// <summary>Where in its first cluster the fault begins, when only some blocks are in question.</summary>
    internal int OffsetInCluster { get; init; }

    /// <summary>How many bytes of the disk are in question; null when it is not about clusters.</summary>
    public long? DiskLength { get; init; }

    /// <summary>How many findings this one stands for: neighbours are told as one.</summary>
    public long Count { get; init; } = 1;

    /// <summary>
    /// This finding and another one of its kind as one; null when they are no neighbours. Neighbours lie side by side on one disk, or are extents without their
    /// seals.
    /// </summary>
    public VmaFault? Join(VmaFault other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Code != other.Code || DeviceId != other.DeviceId || CompressedOffset != other.CompressedOffset || Message != other.Message)
        {
            return null;
        }

        long offset = Math.Min(Offset, other.Offset), count = Count + other.Count;
        if (Cluster is null)
        {
            return Code == VmaFaultCode.SealMissing ? this with { Offset = offset, Count = count } : null;
        }

        (VmaFault first, VmaFault last) = DiskOffset < other.DiskOffset ? (this, other) : (other, this);
        return first.DiskOffset + first.DiskLength != last.DiskOffset ? null : first with
        {
            Offset = offset,
            Count = count,
            ClusterCount = last.Cluster!.Value + last.ClusterCount - first.Cluster!.Value,
            DiskLength = first.DiskLength + last.DiskLength,
        };
    }

    /// <summary>The place and the reason in one line that is safe for a terminal.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append($"offset {Offset}{(CompressedOffset is { } compressed ? $" (compressed {compressed})" : string.Empty)}");
        text.Append(Cluster is null && Count > 1 ? $" and {Count - 1} more: " : ": ");
        if (DeviceId is { } id)
        {
            text.Append($"device {(DeviceName is { } name ? $"'{name}'" : id)}");
            if (Cluster is { } first)
            {
                text.Append(ClusterCount == 1 ? $", cluster {first}" : $", clusters {first} to {first + ClusterCount - 1}");
                text.Append($" (disk bytes {DiskOffset} to {DiskOffset + DiskLength - 1})");
            }

            text.Append(": ");
        }

        return text.Append(Message).ToString();
    }

    internal VmaFault At(VmaDevice device, long cluster, long count = 1)
    {
        long length = count * VmaCluster.Size;
        long toEnd = device.Size - cluster * VmaCluster.Size;
        return this with
        {
            DeviceId = device.Id,
            DeviceName = device.Name,
            Cluster = cluster,
            ClusterCount = count,
            DiskLength = toEnd > 0 && !device.IsMemoryState ? Math.Min(length, toEnd) : length,
        };
    }
}
