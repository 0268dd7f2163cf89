// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>One device of a <see cref="VmaReadReport"/>.</summary>
/// <param name="Device">The device.</param>
public sealed record VmaReadDevice(VmaDevice Device)
{
    /// <summary>How many clusters the archive has that are good as far as can be told.</summary>
    public long Clusters { get; init; }

    /// <summary>How many clusters there should be but are not; RAM state lacks none.</summary>
    public long MissingClusters { get; init; }

    /// <summary>How many clusters there are whose data is damaged or cut off.</summary>
    public long DamagedClusters { get; init; }

    /// <summary>How many bytes of data the archive stores for it.</summary>
    public long StoredBytes { get; init; }

    /// <summary>How many bytes of it are zeros that are not stored; what lies behind a disk's end does not count.</summary>
    public long ZeroBytes { get; init; }

    /// <summary>Those among <see cref="ZeroBytes"/> that are in clusters which store something.</summary>
    public long ZeroBytesInStoredClusters { get; init; }

    /// <summary>
    /// How long the restored image is, in bytes: a disk's size. RAM state ends at its size when just as many clusters came as that takes,
    /// else where the last one ends.
    /// </summary>
    public long RestoredLength { get; init; }
}
