// SPDX-License-Identifier: MIT

namespace Vma.Indexing;

/// <summary>
/// A disk inside an archive, to be read anywhere: which clusters a range of bytes takes, and what is known of them without reading. Thread-safe.
/// </summary>
internal sealed class ArchiveDisk(ArchiveContent content, VmaDevice device, long length)
{
    /// <summary>How many ranges one answer about zeros looks at: so it is quick, however scattered the disk.</summary>
    private const int MostRanges = 256;

    private readonly ClusterRangeReader _reader = new(content, device);

    public ArchiveContent Content => content;

    public void ReadAt(long offset, Span<byte> buffer, CancellationToken cancellationToken)
    {
        while (!buffer.IsEmpty)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ClusterRange range = Find(offset / VmaCluster.Size, cancellationToken);
            long start = range.First * (long)VmaCluster.Size;
            int count = (int)Math.Min(range.End * VmaCluster.Size - offset, buffer.Length);
            if (range.IsZero)
            {
                buffer[..count].Clear();
            }
            else
            {
                _reader.Read(range, (int)(offset - start), buffer[..count]);
            }

            offset += count;
            buffer = buffer[count..];
        }
    }

    /// <summary>
    /// Zeros are told as far as they go, data to the end of its range: to know of more, headers that are not needed yet may have to be decompressed.
    /// </summary>
    public BlockStatus StatusAt(long offset)
    {
        long at = offset;
        bool? isZero = null;
        for (int looked = 0; at < length && looked < MostRanges && isZero is not false; looked++)
        {
            long cluster = at / VmaCluster.Size;
            if (content.Index.FindKnown(device.Id, (uint)cluster) is not { } range)
            {
                // What the cluster is cannot be known, or not yet; reading it fails, or waits.
                at = isZero is true ? at : (cluster + 1) * VmaCluster.Size;
                isZero ??= false;
                break;
            }

            long end = range.IsZero || range.IsFull ? TakeWhole(range, at, ref isZero) : TakeBlocks(range, at, ref isZero);
            bool isAtEnd = end == range.End * VmaCluster.Size;
            at = end;
            if (!isAtEnd)
            {
                break;
            }
        }

        return new BlockStatus(Math.Min(at, length) - offset, isZero is true);
    }

    private ClusterRange Find(long cluster, CancellationToken cancellationToken)
    {
        if (content.Index.Find(device.Id, (uint)cluster, cancellationToken) is not { } range)
        {
            VmaFault fault = content.Index.IsRepeated(device.Id, (uint)cluster)
                ? new(VmaFaultCode.DuplicateCluster, 0, "the cluster is there more than once: which one is right cannot be told")
                : new(VmaFaultCode.MissingClusters, content.Input.Length, "the cluster never came");
            throw new VmaException(fault.At(device, cluster));
        }

        return range;
    }

    private static long TakeWhole(ClusterRange range, long at, ref bool? isZero)
    {
        isZero ??= range.IsZero;
        return isZero == range.IsZero ? range.End * VmaCluster.Size : at;
    }

    /// <summary>Goes on block by block as long as the masks say the same.</summary>
    private static long TakeBlocks(ClusterRange range, long at, ref bool? isZero)
    {
        long end = range.End * VmaCluster.Size;
        while (at < end)
        {
            int mask = range.MaskOf((int)(at / VmaCluster.Size - range.First));
            int block = (int)(at % VmaCluster.Size / VmaCluster.BlockSize);
            bool isHole = (mask >> block & 1) == 0;
            isZero ??= isHole;
            if (isHole != isZero)
            {
                return at;
            }

            at += VmaCluster.BlockSize - at % VmaCluster.BlockSize;
        }

        return at;
    }
}
