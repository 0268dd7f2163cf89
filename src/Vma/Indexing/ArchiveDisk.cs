// SPDX-License-Identifier: MIT

using Vma.Format;

namespace Vma.Indexing;

/// <summary>
/// A disk inside an archive, to be read anywhere: which stretches a range takes, and what is known of them without reading. Thread-safe.
/// </summary>
internal sealed class ArchiveDisk(ArchiveContent content, VmaDevice device, long length)
{
    /// <summary>How many stretches one answer about zeros looks at: so it is quick, however scattered the disk.</summary>
    private const int MostStretches = 256;

    public ArchiveContent Content => content;

    private readonly StretchReader _reader = new(content, device);

    public void ReadAt(long offset, Span<byte> buffer, CancellationToken cancellationToken)
    {
        while (!buffer.IsEmpty)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Stretch stretch = Find(offset / VmaLayout.ClusterSize);
            long start = stretch.First * (long)VmaLayout.ClusterSize;
            int count = (int)Math.Min(stretch.End * VmaLayout.ClusterSize - offset, buffer.Length);
            if (stretch.IsZero)
            {
                buffer[..count].Clear();
            }
            else
            {
                _reader.Read(stretch, (int)(offset - start), buffer[..count]);
            }

            offset += count;
            buffer = buffer[count..];
        }
    }

    /// <summary>
    /// Zeros are told as far as they go, data to the end of its stretch: to know of more, headers that are not needed yet may have to be decompressed.
    /// </summary>
    public BlockStatus StatusAt(long offset)
    {
        long at = offset;
        bool? isZero = null;
        for (int looked = 0; at < length && looked < MostStretches && isZero is not false; looked++)
        {
            long cluster = at / VmaLayout.ClusterSize;
            if (content.Index.Find(device.Id, (uint)cluster) is not { } stretch)
            {
                // What the cluster is cannot be known; reading it fails.
                at = isZero is true ? at : (cluster + 1) * VmaLayout.ClusterSize;
                isZero ??= false;
                break;
            }

            long end = stretch.IsZero || stretch.IsFull ? TakeWhole(stretch, at, ref isZero) : TakeBlocks(stretch, at, ref isZero);
            bool isAtEnd = end == stretch.End * VmaLayout.ClusterSize;
            at = end;
            if (!isAtEnd)
            {
                break;
            }
        }

        return new BlockStatus(Math.Min(at, length) - offset, isZero is true);
    }

    private Stretch Find(long cluster)
    {
        if (content.Index.Find(device.Id, (uint)cluster) is not { } stretch)
        {
            VmaFault fault = content.Index.IsRepeated(device.Id, (uint)cluster)
                ? new(VmaFaultCode.DuplicateCluster, 0, "the cluster is there more than once: which one is right cannot be told")
                : new(VmaFaultCode.MissingClusters, content.Input.Length, "the cluster never came");
            throw new VmaException(fault.At(device, cluster));
        }

        return stretch;
    }

    private static long TakeWhole(Stretch stretch, long at, ref bool? isZero)
    {
        isZero ??= stretch.IsZero;
        return isZero == stretch.IsZero ? stretch.End * VmaLayout.ClusterSize : at;
    }

    /// <summary>Goes on block by block as long as the masks say the same.</summary>
    private static long TakeBlocks(Stretch stretch, long at, ref bool? isZero)
    {
        long end = stretch.End * VmaLayout.ClusterSize;
        while (at < end)
        {
            int mask = stretch.MaskOf((int)(at / VmaLayout.ClusterSize - stretch.First));
            int block = (int)(at % VmaLayout.ClusterSize / VmaLayout.BlockSize);
            bool isHole = (mask >> block & 1) == 0;
            isZero ??= isHole;
            if (isHole != isZero)
            {
                return at;
            }

            at += VmaLayout.BlockSize - at % VmaLayout.BlockSize;
        }

        return at;
    }
}
