// SPDX-License-Identifier: MIT

using Vma.Writing;

namespace Vma;

/// <summary>One device of an archive that is being written. All members may be called from several threads at once.</summary>
public sealed class VmaDeviceWriter
{
    private readonly VmaWriter _writer;

    internal VmaDeviceWriter(VmaWriter writer, VmaDevice device)
    {
        _writer = writer;
        Clusters = new DeviceClusters(device);
    }

    /// <summary>The device as the archive's header has it.</summary>
    public VmaDevice Device => Clusters.Device;

    /// <summary>How far the device is, at this moment.</summary>
    public VmaDeviceProgress Progress => new(
        Device.Size, Clusters.Transferred, Clusters.ZeroBytes, Device.IsMemoryState ? _writer.IsCommitted : Clusters.IsComplete, Clusters.Error);

    internal DeviceClusters Clusters { get; }

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
        int length = Clusters.LengthOf(cluster);
        if (data.Length != length && !(Device.IsMemoryState && data.Length == VmaCluster.Size))
        {
            throw new ArgumentException($"cluster {cluster} of '{Device.Name}' has {length} bytes, not {data.Length}", nameof(data));
        }

        _writer.WriteCluster(Clusters, (uint)cluster, data);
    }

    /// <summary>Writes <paramref name="count"/> clusters of zeros, from <paramref name="cluster"/> on.</summary>
    /// <inheritdoc cref="WriteCluster"/>
    public void WriteZeroes(long cluster, long count = 1)
    {
        for (long i = cluster; i < cluster + count; i++)
        {
            int length = Clusters.LengthOf(i);
            _writer.WriteCluster(Clusters, (uint)i, Device.IsMemoryState ? new byte[length] : []);
        }
    }

    /// <summary>Records that the device cannot be read to its end; the archive can then not be committed. The first error stays.</summary>
    public void Fail(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        Clusters.Fail(error);
    }
}
