// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>One device of a <see cref="VmaSalvageReport"/>.</summary>
/// <param name="Device">The device.</param>
/// <param name="Length">How long its image is, in bytes: its size, or where its last cluster ends when the size is not known.</param>
/// <param name="Lost">The ranges that could not be recovered, in order. They read as zeros unless damaged clusters were kept.</param>
public sealed record VmaSalvagedDevice(VmaDevice Device, long Length, IReadOnlyList<VmaByteRange> Lost)
{
    /// <summary>Whether <see cref="Length"/> is the device's size, and not just where its last cluster ends.</summary>
    public bool SizeIsKnown { get; init; }

    /// <summary>How many clusters were recovered.</summary>
    public long RecoveredClusters { get; init; }

    /// <summary>How many damaged clusters were written as they are.</summary>
    public long KeptDamagedClusters { get; init; }

    /// <summary>How many bytes are lost.</summary>
    public long LostBytes => Lost.Sum(range => range.Length);
}
