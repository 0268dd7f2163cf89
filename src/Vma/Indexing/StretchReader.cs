// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Numerics;
using Vma.Format;

namespace Vma.Indexing;

/// <summary>
/// Reads from a stretch of stored clusters. Under a seal a cluster can only be checked as a whole; what was found right is noted, one bit a
/// cluster, and not checked again, so that small reads of it cost no more than themselves.
/// </summary>
internal sealed class StretchReader(ArchiveContent content, VmaDevice device)
{
    /// <summary>Fills the buffer from byte <paramref name="offset"/> of the stretch on.</summary>
    public void Read(in Stretch stretch, int offset, Span<byte> buffer)
    {
        ref ExtentPlace extent = ref content.Index.ExtentAt(stretch.Extent);
        CheckPlace(stretch, extent, offset, buffer.Length);
        int first = offset / VmaLayout.ClusterSize;
        int last = (offset + buffer.Length - 1) / VmaLayout.ClusterSize;
        bool isProven = content.Seals is null || extent.IsProven(stretch.Slot + first, last - first + 1);
        if (stretch.IsFull && isProven)
        {
            content.Input.ReadAt(extent.DataOffset + stretch.BlocksBefore * (long)VmaLayout.BlockSize + offset, buffer);
            return;
        }

        while (!buffer.IsEmpty)
        {
            int cluster = offset / VmaLayout.ClusterSize;
            int skip = offset % VmaLayout.ClusterSize;
            int whole = skip == 0 ? buffer.Length / VmaLayout.ClusterSize : 0;
            int length = whole > 0 ? whole * VmaLayout.ClusterSize : Math.Min(buffer.Length, VmaLayout.ClusterSize - skip);
            if (whole > 0)
            {
                ReadWhole(stretch, ref extent, cluster, whole, buffer[..length]);
            }
            else if (content.Seals is null || extent.IsProven(stretch.Slot + cluster, 1))
            {
                ReadBlocks(stretch, extent, cluster, skip, buffer[..length]);
            }
            else
            {
                ReadOneCluster(stretch, ref extent, cluster, skip, buffer[..length]);
            }

            offset += length;
            buffer = buffer[length..];
        }
    }

    /// <summary>Reads the data of whole clusters at once to the front of their place, checks it there, and then moves its blocks apart.</summary>
    private void ReadWhole(in Stretch stretch, ref ExtentPlace extent, int first, int count, Span<byte> clusters)
    {
        int before = stretch.BlocksBeforeCluster(first);
        int blocks = stretch.BlocksBeforeCluster(first + count) - before;
        content.Input.ReadAt(PlaceOf(extent, before), clusters[..(blocks * VmaLayout.BlockSize)]);
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            int stored = BitOperations.PopCount(stretch.MaskOf(first + i)) * VmaLayout.BlockSize;
            Check(stretch, ref extent, first + i, clusters.Slice(at, stored), before + at / VmaLayout.BlockSize);
            at += stored;
        }

        // From the last block down, each moves to its place over what was moved already.
        int packed = blocks;
        for (int i = count - 1; i >= 0 && !stretch.IsFull; i--)
        {
            int mask = stretch.MaskOf(first + i);
            for (int block = VmaLayout.BlocksPerCluster - 1; block >= 0; block--)
            {
                int to = i * VmaLayout.BlocksPerCluster + block;
                Span<byte> place = clusters.Slice(to * VmaLayout.BlockSize, VmaLayout.BlockSize);
                if ((mask >> block & 1) == 0)
                {
                    place.Clear();
                }
                else if (--packed != to)
                {
                    clusters.Slice(packed * VmaLayout.BlockSize, VmaLayout.BlockSize).CopyTo(place);
                }
            }
        }
    }

    private void ReadOneCluster(in Stretch stretch, ref ExtentPlace extent, int cluster, int skip, Span<byte> buffer)
    {
        byte[] whole = ArrayPool<byte>.Shared.Rent(VmaLayout.ClusterSize);
        try
        {
            ReadWhole(stretch, ref extent, cluster, 1, whole.AsSpan(0, VmaLayout.ClusterSize));
            whole.AsSpan(skip, buffer.Length).CopyTo(buffer);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }

    /// <summary>Reads just the bytes that are asked for, stored blocks that follow each other at once.</summary>
    private void ReadBlocks(in Stretch stretch, in ExtentPlace extent, int cluster, int skip, Span<byte> buffer)
    {
        int mask = stretch.MaskOf(cluster);
        int before = stretch.BlocksBeforeCluster(cluster);
        while (!buffer.IsEmpty)
        {
            int block = skip / VmaLayout.BlockSize;
            int inBlock = skip % VmaLayout.BlockSize;
            bool isStored = (mask >> block & 1) != 0;
            int alike = BitOperations.TrailingZeroCount((isStored ? ~mask : mask) >> block | 1 << VmaLayout.BlocksPerCluster);
            int length = Math.Min(alike * VmaLayout.BlockSize - inBlock, buffer.Length);
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

    private void Check(in Stretch stretch, ref ExtentPlace extent, int cluster, ReadOnlySpan<byte> data, int blocksBefore)
    {
        int slot = stretch.Slot + cluster;
        if (content.Seals is not { } seals || data.IsEmpty || extent.IsProven(slot, 1))
        {
            return;
        }

        if (seals.ChecksumOf(extent, stretch.Extent, slot) is not { } expected)
        {
            const string NoSeal = "the extent has no seal, though the archive is sealed: its data cannot be checked";
            throw Unproven(VmaFaultCode.SealMissing, extent.DataEnd, NoSeal, stretch, cluster);
        }

        if (Crc32C.Compute(data) != expected)
        {
            throw Unproven(VmaFaultCode.DataChecksum, PlaceOf(extent, blocksBefore), "the data does not match its checksum", stretch, cluster);
        }

        extent.Prove(slot, 1);
    }

    /// <summary>Whether the data is there at all, and, where no seal tells, was not moved.</summary>
    private void CheckPlace(in Stretch stretch, in ExtentPlace extent, int offset, int length)
    {
        int first = offset / VmaLayout.ClusterSize;
        int behind = (offset + length - 1) / VmaLayout.ClusterSize + 1;
        bool isTrusted = !extent.IsCut || content.Seals is not null;
        if (!isTrusted || PlaceOf(extent, stretch.BlocksBeforeCluster(behind)) > content.Input.Length)
        {
            for (int cluster = first; cluster < behind; cluster++)
            {
                long end = PlaceOf(extent, stretch.BlocksBeforeCluster(cluster + 1));
                if (stretch.MaskOf(cluster) != 0 && (!isTrusted || end > content.Input.Length))
                {
                    throw Fault(VmaFaultCode.DataCut, PlaceOf(extent, stretch.BlocksBeforeCluster(cluster)), "the data is cut off or moved", stretch, cluster);
                }
            }
        }
    }

    private static long PlaceOf(in ExtentPlace extent, int blocks) => extent.DataOffset + blocks * (long)VmaLayout.BlockSize;

    /// <summary>What the input is compressed in may say why.</summary>
    private VmaException Unproven(VmaFaultCode code, long offset, string message, in Stretch stretch, int cluster) =>
        content.Input.FaultAt(offset) is { } cause ? new(cause.At(device, stretch.First + (long)cluster)) : Fault(code, offset, message, stretch, cluster);

    private VmaException Fault(VmaFaultCode code, long offset, string message, in Stretch stretch, int cluster) =>
        new(new VmaFault(code, offset, message).At(device, stretch.First + (long)cluster));
}
