// SPDX-License-Identifier: MIT

using Vma.Extents;
using Vma.Format;

namespace Vma;

/// <summary>One device of an archive that is being written. All members may be called from several threads at once.</summary>
public sealed class VmaDeviceWriter
{
    private readonly VmaWriter _writer;
    private readonly ClusterLedger _ledger;
    private long _transferred;
    private long _zeroBytes;
    private Exception? _error;

    internal VmaDeviceWriter(VmaWriter writer, VmaDevice device)
    {
        _writer = writer;
        Device = device;
        _ledger = new ClusterLedger(device.ClusterCount);
    }

    /// <summary>The device as the archive's header has it.</summary>
    public VmaDevice Device { get; }

    /// <summary>How far the device is, at this moment.</summary>
    public VmaDeviceProgress Progress => new(
        Device.Size,
        Interlocked.Read(ref _transferred),
        Interlocked.Read(ref _zeroBytes),
        Device.IsMemoryState ? _writer.IsCommitted : _ledger.IsComplete,
        Volatile.Read(ref _error));

    /// <summary>
    /// Writes one cluster. Each cluster of a disk is written once, in any order; those of the RAM state come in order from 0, and may
    /// be fewer or more than its size takes.
    /// </summary>
    /// <param name="cluster">The cluster's number: its first byte on the disk divided by 65,536.</param>
    /// <param name="data">Its 65,536 bytes; on the last cluster of a disk as many as there are before the disk's end. They are copied.</param>
    /// <exception cref="ArgumentException">The cluster is not on the disk, or the data is not as long as it should be.</exception>
    /// <exception cref="InvalidOperationException">The cluster was written before, or the writer failed or is done.</exception>
    /// <exception cref="IOException">The archive could not be written.</exception>
    public void WriteCluster(long cluster, ReadOnlySpan<byte> data)
    {
        int length = LengthOf(cluster);
        if (data.Length != length && !(Device.IsMemoryState && data.Length == VmaLayout.ClusterSize))
        {
            throw new ArgumentException($"cluster {cluster} of '{Device.Name}' has {length} bytes, not {data.Length}", nameof(data));
        }

        _writer.WriteCluster(this, (uint)cluster, data);
    }

    /// <summary>Writes <paramref name="count"/> clusters of zeros, from <paramref name="cluster"/> on.</summary>
    /// <inheritdoc cref="WriteCluster"/>
    public void WriteZeroes(long cluster, long count = 1)
    {
        for (long i = cluster; i < cluster + count; i++)
        {
            int length = LengthOf(i);
            _writer.WriteCluster(this, (uint)i, Device.IsMemoryState ? new byte[length] : []);
        }
    }

    /// <summary>Records that the device cannot be read to its end; the archive can then not be committed. The first error stays.</summary>
    public void Fail(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        Interlocked.CompareExchange(ref _error, error, null);
    }

    /// <summary>The clusters that were not yet written; none for RAM state.</summary>
    internal (long First, long Count)? FirstMissing => Device.IsMemoryState || _ledger.IsComplete ? null : _ledger.Missing().First();

    /// <summary>Marks a cluster as written. The writer's lock is held.</summary>
    internal void Claim(uint cluster)
    {
        if (Device.IsMemoryState && cluster != _ledger.Count)
        {
            throw new InvalidOperationException($"the RAM state's clusters come in order: {_ledger.Count} is next, not {cluster}");
        }

        if (!_ledger.Mark(cluster))
        {
            throw new InvalidOperationException($"cluster {cluster} of '{Device.Name}' was written before");
        }
    }

    internal void Count(int length, int zeroBytes)
    {
        Interlocked.Add(ref _transferred, length);
        Interlocked.Add(ref _zeroBytes, zeroBytes);
    }

    internal int LengthOf(long cluster)
    {
        long limit = Device.IsMemoryState ? 1L << 32 : Device.ClusterCount;
        ArgumentOutOfRangeException.ThrowIfNegative(cluster);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(cluster, limit);
        return Device.IsMemoryState && cluster >= Device.ClusterCount ? VmaLayout.ClusterSize : Device.LengthOf(cluster);
    }
}
