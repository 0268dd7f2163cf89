// SPDX-License-Identifier: MIT

using Vma.Extents;
using Vma.Format;

namespace Vma.Writing;

/// <summary>
/// One device while it is written: which clusters were taken, how many bytes those are, and what failed. Clusters are claimed under the writer's lock; all else
/// is thread-safe.
/// </summary>
internal sealed class DeviceClusters(VmaDevice device)
{
    private readonly ClusterLedger _ledger = new(device.ClusterCount);
    private long _transferred;
    private long _zeroBytes;
    private Exception? _error;

    public VmaDevice Device => device;

    public long Transferred => Interlocked.Read(ref _transferred);

    public long ZeroBytes => Interlocked.Read(ref _zeroBytes);

    public bool IsComplete => _ledger.IsComplete;

    public Exception? Error => Volatile.Read(ref _error);

    /// <summary>The clusters that were not yet written; none for RAM state.</summary>
    public (long First, long Count)? FirstMissing => device.IsMemoryState || _ledger.IsComplete ? null : _ledger.Missing().First();

    /// <summary>Marks a cluster as written. The writer's lock is held.</summary>
    public void Claim(uint cluster)
    {
        if (device.IsMemoryState && cluster != _ledger.Count)
        {
            throw new InvalidOperationException($"the RAM state's clusters come in order: {_ledger.Count} is next, not {cluster}");
        }

        if (!_ledger.Mark(cluster))
        {
            throw new InvalidOperationException($"cluster {cluster} of '{device.Name}' was written before");
        }
    }

    public void Count(int length, int zeroBytes)
    {
        Interlocked.Add(ref _transferred, length);
        Interlocked.Add(ref _zeroBytes, zeroBytes);
    }

    /// <summary>Records why the device cannot be read to its end. The first error stays.</summary>
    public void Fail(Exception error) => Interlocked.CompareExchange(ref _error, error, null);

    public VmaWrittenDevice ToReport() => new(device, Transferred, ZeroBytes);

    /// <summary>How many bytes a cluster has that the caller may write.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The device has no such cluster.</exception>
    public int LengthOf(long cluster)
    {
        long limit = device.IsMemoryState ? VmaLayout.MaxClusters : device.ClusterCount;
        ArgumentOutOfRangeException.ThrowIfNegative(cluster);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(cluster, limit);
        return device.IsMemoryState && cluster >= device.ClusterCount ? VmaCluster.Size : device.LengthOf(cluster);
    }
}
