// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Backup;

/// <summary>
/// A disk that QEMU writes, in any order, and whose clusters go straight into an archive. What is not a whole cluster is kept
/// until the rest of it came.
/// </summary>
internal sealed class ClusterSink(VmaDeviceWriter device) : IBlockTarget
{
    private const int ClusterSize = 65_536;
    private const int SectorSize = 512;
    private const int MaxParts = 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, Part> _parts = [];
    private volatile Exception? _failure;

    public long Length => device.Device.Size;

    public bool ReadsAsZeroes => false;

    /// <summary>What went wrong first, or null.</summary>
    public Exception? Failure => _failure;

    public void WriteAt(long offset, ReadOnlySpan<byte> data, CancellationToken cancellationToken = default)
    {
        while (!data.IsEmpty)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (long cluster, int at, int length, bool isWhole) = Next(offset, data.Length);
            ReadOnlySpan<byte> piece = data[..length];
            if (isWhole)
            {
                try
                {
                    device.WriteCluster(cluster, piece);
                }
                catch (Exception failure)
                {
                    throw Fail(failure);
                }
            }
            else
            {
                AddPart(cluster, at, piece, length);
            }

            offset += length;
            data = data[length..];
        }
    }

    public void WriteZeroesAt(long offset, long length, CancellationToken cancellationToken = default)
    {
        while (length > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (long cluster, int at, int piece, bool isWhole) = Next(offset, length);
            if (isWhole)
            {
                try
                {
                    device.WriteZeroes(cluster);
                }
                catch (Exception failure)
                {
                    throw Fail(failure);
                }
            }
            else
            {
                AddPart(cluster, at, [], piece);
            }

            offset += piece;
            length -= piece;
        }
    }

    public void Flush(CancellationToken cancellationToken = default)
    {
        // The archive is durable when it is committed.
    }

    public void Dispose()
    {
    }

    /// <summary>The first piece of a range that lies in one cluster, and whether it is all of that.</summary>
    private (long Cluster, int At, int Length, bool IsWhole) Next(long offset, long length)
    {
        long cluster = offset / ClusterSize;
        int at = (int)(offset % ClusterSize);
        int piece = (int)Math.Min(length, ClusterSize - at);
        return (cluster, at, piece, at == 0 && piece == LengthOf(cluster));
    }

    private int LengthOf(long cluster) => (int)Math.Min(ClusterSize, Length - cluster * ClusterSize);

    /// <summary>Keeps a part of a cluster, zeros when there is no data, and writes the cluster when it was the last.</summary>
    private void AddPart(long cluster, int at, ReadOnlySpan<byte> data, int length)
    {
        if (at % SectorSize != 0 || (length % SectorSize != 0 && at + length != LengthOf(cluster)))
        {
            throw Fail(new IOException("QEMU wrote a part of a sector"));
        }

        Part? whole = null;
        lock (_gate)
        {
            if (!_parts.TryGetValue(cluster, out Part? part))
            {
                if (_parts.Count == MaxParts)
                {
                    throw Fail(new IOException("QEMU began too many clusters without ending them"));
                }

                _parts.Add(cluster, part = new Part());
            }

            Span<byte> room = part.Data.AsSpan(at, length);
            if (data.IsEmpty)
            {
                room.Clear();
            }
            else
            {
                data.CopyTo(room);
            }

            part.Cover(at / SectorSize, (length + SectorSize - 1) / SectorSize);
            if (part.Covered == (LengthOf(cluster) + SectorSize - 1) / SectorSize)
            {
                _parts.Remove(cluster);
                whole = part;
            }
        }

        if (whole is not null)
        {
            try
            {
                device.WriteCluster(cluster, whole.Data.AsSpan(0, LengthOf(cluster)));
            }
            catch (Exception failure)
            {
                throw Fail(failure);
            }
        }
    }

    private IOException Fail(Exception failure)
    {
        _failure ??= failure;
        device.Fail(failure);
        return failure as IOException ?? new IOException(failure.Message, failure);
    }

    private sealed class Part
    {
        private readonly bool[] _sectors = new bool[ClusterSize / SectorSize];

        public byte[] Data { get; } = new byte[ClusterSize];

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
