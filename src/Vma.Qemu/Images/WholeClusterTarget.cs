// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Collections.Concurrent;

namespace Vma.Qemu.Images;

/// <summary>
/// For an image whose clusters are compressed as they are written, so that each can be written once only, and whole: holds
/// a cluster back until all of it came. Clusters of an archive have the size of those in the image, and come in one go, so little is
/// ever held. What is zeros throughout is not written. The disk reads as zeros before.
/// </summary>
internal sealed class WholeClusterTarget(IBlockTarget target) : IBlockTarget
{
    private const int ClusterSize = 65_536; // of the image

    private readonly ConcurrentDictionary<long, Held> _held = new();

    public long Length => target.Length;

    /// <summary>False, so that zeros come too: else a cluster with zeros would never be complete.</summary>
    public bool ReadsAsZeroes => false;

    public void WriteAt(long offset, ReadOnlySpan<byte> data, CancellationToken cancellationToken = default) =>
        Write(offset, data.Length, data, cancellationToken);

    public void WriteZeroesAt(long offset, long length, CancellationToken cancellationToken = default) => Write(offset, length, [], cancellationToken);

    /// <summary>Also writes the clusters that are still held: what did not come of them is zeros.</summary>
    public void Flush(CancellationToken cancellationToken = default)
    {
        foreach (long cluster in _held.Keys.Order())
        {
            if (_held.TryRemove(cluster, out Held? held))
            {
                WriteCluster(cluster, held.Data.AsSpan(0, LengthOf(cluster)), cancellationToken);
                ArrayPool<byte>.Shared.Return(held.Data);
            }
        }

        target.Flush(cancellationToken);
    }

    public void Dispose() => target.Dispose();

    /// <summary>Writes whole clusters, and holds back those that are not whole; zeros when there is no data.</summary>
    private void Write(long offset, long length, ReadOnlySpan<byte> data, CancellationToken cancellationToken)
    {
        while (length > 0)
        {
            long cluster = offset / ClusterSize;
            int at = (int)(offset % ClusterSize), count = (int)Math.Min(length, ClusterSize - at);
            ReadOnlySpan<byte> slice = data.IsEmpty ? [] : data[..count];
            if (count == LengthOf(cluster))
            {
                WriteCluster(cluster, slice, cancellationToken);
            }
            else
            {
                Hold(cluster, at, count, slice, cancellationToken);
            }

            (offset, length) = (offset + count, length - count);
            data = data[slice.Length..];
        }
    }

    private int LengthOf(long cluster) => (int)Math.Min(ClusterSize, Length - cluster * ClusterSize);

    private void Hold(long cluster, int start, int length, ReadOnlySpan<byte> data, CancellationToken cancellationToken)
    {
        Held held = _held.GetOrAdd(cluster, static _ => new Held());
        bool isWhole;
        lock (held)
        {
            data.CopyTo(held.Data.AsSpan(start));
            held.Count += length;
            isWhole = held.Count == LengthOf(cluster);
        }

        if (isWhole && _held.TryRemove(cluster, out _))
        {
            WriteCluster(cluster, held.Data.AsSpan(0, held.Count), cancellationToken);
            ArrayPool<byte>.Shared.Return(held.Data);
        }
    }

    private void WriteCluster(long cluster, ReadOnlySpan<byte> data, CancellationToken cancellationToken)
    {
        if (data.ContainsAnyExcept((byte)0))
        {
            target.WriteAt(cluster * ClusterSize, data, cancellationToken);
        }
    }

    private sealed class Held
    {
        public Held() => Data.AsSpan(0, ClusterSize).Clear();

        public byte[] Data { get; } = ArrayPool<byte>.Shared.Rent(ClusterSize);

        public int Count { get; set; }
    }
}
