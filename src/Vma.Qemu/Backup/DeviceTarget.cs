// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Backup;

/// <summary>
/// A disk that QEMU writes, in any order, and whose clusters go straight into an archive. A cluster of which QEMU wrote only some sectors is kept
/// until the others came.
/// </summary>
internal sealed class DeviceTarget(VmaDeviceWriter device) : IBlockTarget
{
    private const int SectorSize = 512;
    private const int MaxBegun = 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, BegunCluster> _begun = [];
    private volatile Exception? _failure;

    public long Length => device.Device.Size;

    public bool ReadsAsZeroes => false;

    /// <summary>The first failure, or null.</summary>
    public Exception? Failure => _failure;

    public void WriteAt(long offset, ReadOnlySpan<byte> data, CancellationToken cancellationToken = default) =>
        Write(offset, data.Length, data, cancellationToken);

    public void WriteZeroesAt(long offset, long length, CancellationToken cancellationToken = default) => Write(offset, length, [], cancellationToken);

    public void Flush(CancellationToken cancellationToken = default)
    {
        // The archive is durable when it is committed.
    }

    public void Dispose()
    {
    }

    /// <summary>Writes whole clusters, and keeps those that are not whole; zeros when there is no data.</summary>
    private void Write(long offset, long length, ReadOnlySpan<byte> data, CancellationToken cancellationToken)
    {
        while (length > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long cluster = offset / VmaCluster.Size;
            int at = (int)(offset % VmaCluster.Size), count = (int)Math.Min(length, VmaCluster.Size - at);
            ReadOnlySpan<byte> slice = data.IsEmpty ? [] : data[..count];
            if (at == 0 && count == LengthOf(cluster))
            {
                WriteCluster(cluster, slice);
            }
            else
            {
                AddSectors(cluster, at, slice, count);
            }

            (offset, length) = (offset + count, length - count);
            data = data[slice.Length..];
        }
    }

    private void WriteCluster(long cluster, ReadOnlySpan<byte> data)
    {
        try
        {
            if (data.IsEmpty)
            {
                device.WriteZeroes(cluster);
            }
            else
            {
                device.WriteCluster(cluster, data);
            }
        }
        catch (Exception failure)
        {
            throw Fail(failure);
        }
    }

    private int LengthOf(long cluster) => (int)Math.Min(VmaCluster.Size, Length - cluster * VmaCluster.Size);

    /// <summary>Keeps sectors of a cluster, zeros when there is no data, and writes the cluster when it has all of them.</summary>
    private void AddSectors(long cluster, int at, ReadOnlySpan<byte> data, int length)
    {
        if (at % SectorSize != 0 || (length % SectorSize != 0 && at + length != LengthOf(cluster)))
        {
            throw Fail(new IOException("QEMU wrote a part of a sector"));
        }

        BegunCluster? whole = null;
        lock (_gate)
        {
            if (!_begun.TryGetValue(cluster, out BegunCluster? begun))
            {
                if (_begun.Count == MaxBegun)
                {
                    throw Fail(new IOException("QEMU began too many clusters without ending them"));
                }

                _begun.Add(cluster, begun = new BegunCluster());
            }

            Span<byte> room = begun.Data.AsSpan(at, length);
            if (data.IsEmpty)
            {
                room.Clear();
            }
            else
            {
                data.CopyTo(room);
            }

            begun.Cover(at / SectorSize, (length + SectorSize - 1) / SectorSize);
            if (begun.Covered == (LengthOf(cluster) + SectorSize - 1) / SectorSize)
            {
                _begun.Remove(cluster);
                whole = begun;
            }
        }

        if (whole is not null)
        {
            WriteCluster(cluster, whole.Data.AsSpan(0, LengthOf(cluster)));
        }
    }

    private IOException Fail(Exception failure)
    {
        _failure ??= failure;
        device.Fail(failure);
        return failure as IOException ?? new IOException(failure.Message, failure);
    }

    private sealed class BegunCluster
    {
        private readonly bool[] _sectors = new bool[VmaCluster.Size / SectorSize];

        public byte[] Data { get; } = new byte[VmaCluster.Size];

        public int Covered { get; private set; }

        public void Cover(int first, int count)
        {
            foreach (ref bool sector in _sectors.AsSpan(first, count))
            {
                Covered += sector ? 0 : 1;
                sector = true;
            }
        }
    }
}
