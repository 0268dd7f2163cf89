// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Numerics;
using Vma.Format;

namespace Vma.Indexing;

/// <summary>
/// Reads from a range of stored clusters. Under a seal a cluster can only be checked as a whole; what was found right is noted, one bit a
/// cluster, and not checked again, so that small reads of it cost no more than themselves.
/// </summary>
internal sealed class ClusterRangeReader(ArchiveContent content, VmaDevice device)
{
    /// <summary>Fills the buffer from byte <paramref name="offset"/> of the range on.</summary>
    public void Read(in ClusterRange range, int offset, Span<byte> buffer)
    {
        ref ExtentPlace extent = ref content.Index.ExtentAt(range.Extent);
        CheckPlace(range, extent, offset, buffer.Length);
        int first = offset / VmaCluster.Size;
        int last = (offset + buffer.Length - 1) / VmaCluster.Size;
        bool isProven = content.Seals is null || extent.IsProven(range.Slot + first, last - first + 1);
        if (range.IsFull && isProven)
        {
            content.Input.ReadAt(extent.DataOffset + range.BlocksBefore * (long)VmaCluster.BlockSize + offset, buffer);
            return;
        }

        while (!buffer.IsEmpty)
        {
            int cluster = offset / VmaCluster.Size;
            int skip = offset % VmaCluster.Size;
            int whole = skip == 0 ? buffer.Length / VmaCluster.Size : 0;
            int length = whole > 0 ? whole * VmaCluster.Size : Math.Min(buffer.Length, VmaCluster.Size - skip);
            if (whole > 0)
            {
                ReadWhole(range, ref extent, cluster, whole, buffer[..length]);
            }
            else if (content.Seals is null || extent.IsProven(range.Slot + cluster, 1))
            {
                ReadBlocks(range, extent, cluster, skip, buffer[..length]);
            }
            else
            {
                ReadOneCluster(range, ref extent, cluster, skip, buffer[..length]);
            }

            offset += length;
            buffer = buffer[length..];
        }
    }

    /// <summary>Reads the data of whole clusters at once to the front of their place, checks it there, and then moves its blocks apart.</summary>
    private void ReadWhole(in ClusterRange range, ref ExtentPlace extent, int first, int count, Span<byte> clusters)
    {
        int before = range.BlocksBeforeCluster(first);
        int blocks = range.BlocksBeforeCluster(first + count) - before;
        if (blocks > 0)
        {
            content.Input.ReadAt(PlaceOf(extent, before), clusters[..(blocks * VmaCluster.BlockSize)]);
        }

        int at = 0;
        for (int i = 0; i < count; i++)
        {
            int stored = BitOperations.PopCount(range.MaskOf(first + i)) * VmaCluster.BlockSize;
            Check(range, ref extent, first + i, clusters.Slice(at, stored), before + at / VmaCluster.BlockSize);
            at += stored;
        }

        // From the last block down, each moves to its place over what was moved already.
        int packed = blocks;
        for (int i = count - 1; i >= 0 && !range.IsFull; i--)
        {
            int mask = range.MaskOf(first + i);
            for (int block = VmaCluster.BlocksPerCluster - 1; block >= 0; block--)
            {
                int to = i * VmaCluster.BlocksPerCluster + block;
                Span<byte> place = clusters.Slice(to * VmaCluster.BlockSize, VmaCluster.BlockSize);
                if ((mask >> block & 1) == 0)
                {
                    place.Clear();
                }
                else if (--packed != to)
                {
                    clusters.Slice(packed * VmaCluster.BlockSize, VmaCluster.BlockSize).CopyTo(place);
                }
            }
        }
    }

    private void ReadOneCluster(in ClusterRange range, ref ExtentPlace extent, int cluster, int skip, Span<byte> buffer)
    {
        byte[] whole = ArrayPool<byte>.Shared.Rent(VmaCluster.Size);
        try
        {
            ReadWhole(range, ref extent, cluster, 1, whole.AsSpan(0, VmaCluster.Size));
            whole.AsSpan(skip, buffer.Length).CopyTo(buffer);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }

    /// <summary>Reads just the bytes that are asked for, stored blocks that follow each other at once.</summary>
    private void ReadBlocks(in ClusterRange range, in ExtentPlace extent, int cluster, int skip, Span<byte> buffer)
    {
        int mask = range.MaskOf(cluster);
        int before = range.BlocksBeforeCluster(cluster);
        while (!buffer.IsEmpty)
        {
            int block = skip / VmaCluster.BlockSize;
            int inBlock = skip % VmaCluster.BlockSize;
            bool isStored = (mask >> block & 1) != 0;
            int alike = BitOperations.TrailingZeroCount((isStored ? ~mask : mask) >> block | 1 << VmaCluster.BlocksPerCluster);
            int length = Math.Min(alike * VmaCluster.BlockSize - inBlock, buffer.Length);
            if (isStored)
            {
                int stored = BitOperations.PopCount((uint)(mask & ((1 << block) - 1)));
                content.Input.ReadAt(PlaceOf(extent, before + stored) + inBlock, buffer[..length]);
            }
            else
            {
                buffer[..length].Clear();
            }

            skip += length;
            buffer = buffer[length..];
        }
    }

    private void Check(in ClusterRange range, ref ExtentPlace extent, int cluster, ReadOnlySpan<byte> data, int blocksBefore)
    {
        int slot = range.Slot + cluster;
        if (content.Seals is not { } seals || data.IsEmpty || extent.IsProven(slot, 1))
        {
            return;
        }

        if (seals.ChecksumOf(extent, range.Extent, slot) is not { } expected)
        {
            const string NoSeal = "the extent has no seal, though the archive is sealed: its data cannot be checked";
            throw Unproven(VmaFaultCode.SealMissing, extent.DataEnd, NoSeal, range, cluster);
        }

        if (Crc32C.Compute(data) != expected)
        {
            throw Unproven(VmaFaultCode.DataChecksum, PlaceOf(extent, blocksBefore), "the data does not match its checksum", range, cluster);
        }

        extent.Prove(slot, 1);
    }

    /// <summary>Whether the data is there at all, and, where no seal tells, was not moved.</summary>
    private void CheckPlace(in ClusterRange range, in ExtentPlace extent, int offset, int length)
    {
        int first = offset / VmaCluster.Size;
        int behind = (offset + length - 1) / VmaCluster.Size + 1;
        bool isTrusted = !extent.IsCut || content.Seals is not null;
        if (!isTrusted || !content.Input.Reaches(PlaceOf(extent, range.BlocksBeforeCluster(behind))))
        {
            for (int cluster = first; cluster < behind; cluster++)
            {
                long end = PlaceOf(extent, range.BlocksBeforeCluster(cluster + 1));
                if (range.MaskOf(cluster) != 0 && (!isTrusted || !content.Input.Reaches(end)))
                {
                    throw Fault(VmaFaultCode.DataCut, PlaceOf(extent, range.BlocksBeforeCluster(cluster)), "the data is cut off or moved", range, cluster);
                }
            }
        }
    }

    private static long PlaceOf(in ExtentPlace extent, int blocks) => extent.DataOffset + blocks * (long)VmaCluster.BlockSize;

    /// <summary>What the input is compressed in may say why.</summary>
    private VmaException Unproven(VmaFaultCode code, long offset, string message, in ClusterRange range, int cluster) =>
        content.Input.FaultAt(offset) is { } cause ? new(cause.At(device, range.First + (long)cluster)) : Fault(code, offset, message, range, cluster);

    private VmaException Fault(VmaFaultCode code, long offset, string message, in ClusterRange range, int cluster) =>
        new(new VmaFault(code, offset, message).At(device, range.First + (long)cluster));
}
