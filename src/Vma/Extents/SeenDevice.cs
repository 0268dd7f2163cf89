// SPDX-License-Identifier: MIT

using Vma.Format;

namespace Vma.Extents;

/// <summary>What was seen of one device. Marked by one thread at a time; damage is counted from any.</summary>
/// <param name="device">The device.</param>
/// <param name="sizeIsKnown">Whether its size can be relied on; otherwise any cluster may be there.</param>
internal sealed class SeenDevice(VmaDevice device, bool sizeIsKnown = true)
{
    private long _damaged;
    private long _stored;
    private long _zeroes;
    private long _zeroesInStored;

    public VmaDevice Device { get; } = device;

    /// <summary>Kept here, since it is needed for each cluster, and the device would compare its name each time.</summary>
    public bool IsMemoryState { get; } = device.IsMemoryState;

    public long ClusterCount { get; } = device.ClusterCount;

    public bool SizeIsKnown { get; } = sizeIsKnown;

    public ClusterLedger Ledger { get; } = new(device.ClusterCount);

    /// <summary>Where the device ends as far as was seen: one more than its highest cluster.</summary>
    public long ClustersSeen { get; private set; }

    /// <summary>The cluster of RAM state that should come next.</summary>
    public long NextInOrder { get; private set; }

    public bool IsSelected { get; set; } = true;

    /// <summary>Bytes of clusters seen, zeros included.</summary>
    public long Bytes => Ledger.Count * VmaCluster.Size;

    public long ZeroBytes => _zeroes;

    public void Count(BlockInfo info)
    {
        NextInOrder = info.Cluster + 1L;
        ClustersSeen = Math.Max(ClustersSeen, NextInOrder);
        bool endsInside = SizeIsKnown && !IsMemoryState && info.Cluster == ClusterCount - 1;
        int zeroes = endsInside ? ZeroesUpTo(Device.LengthOf(info.Cluster), info.Mask) : VmaCluster.Size - info.StoredLength;
        _stored += info.StoredLength;
        _zeroes += zeroes;
        _zeroesInStored += info.Mask == 0 ? 0 : zeroes;
    }

    public void CountDamaged() => Interlocked.Increment(ref _damaged);

    public VmaReadDevice ToReport() => new(Device)
    {
        Clusters = Ledger.Count - _damaged,
        MissingClusters = Device.IsMemoryState ? 0 : Device.ClusterCount - Ledger.Count,
        DamagedClusters = _damaged,
        StoredBytes = _stored,
        ZeroBytes = _zeroes,
        ZeroBytesInStoredClusters = _zeroesInStored,
        RestoredLength = Device.IsMemoryState && ClustersSeen != Device.ClusterCount ? ClustersSeen * VmaCluster.Size : Device.Size,
    };

    /// <summary>How many bytes in front of the disk's end are in blocks that are not stored.</summary>
    private static int ZeroesUpTo(int end, int mask)
    {
        int zeroes = 0;
        for (int block = 0; block * VmaCluster.BlockSize < end; block++)
        {
            zeroes += (mask >> block & 1) == 0 ? Math.Min(VmaCluster.BlockSize, end - (block * VmaCluster.BlockSize)) : 0;
        }

        return zeroes;
    }
}
