// SPDX-License-Identifier: MIT

using System.Buffers;
using Vma.Extents;
using Vma.Format;

namespace Vma.Indexing;

/// <summary>A disk inside a plain archive, to be read anywhere. Each cluster is checked against its seal.</summary>
internal sealed class ArchiveDisk(PositionalInput input, ArchiveIndex index, ExtentCache extents, VmaDevice device) : IBlockSource
{
    public long Length => device.Size;

    public BlockStatus StatusAt(long offset, CancellationToken cancellationToken = default)
    {
        long inCluster = offset % VmaLayout.ClusterSize;
        (Slot slot, _, _) = Locate(offset / VmaLayout.ClusterSize);
        return new BlockStatus(Math.Min(VmaLayout.ClusterSize - inCluster, Length - offset), slot.Info.Mask == 0);
    }

    public void ReadAt(long offset, Span<byte> buffer, CancellationToken cancellationToken = default)
    {
        byte[] cluster = ArrayPool<byte>.Shared.Rent(VmaLayout.ClusterSize);
        try
        {
            while (!buffer.IsEmpty)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int skip = (int)(offset % VmaLayout.ClusterSize);
                int length = Math.Min(buffer.Length, VmaLayout.ClusterSize - skip);
                ReadCluster(offset / VmaLayout.ClusterSize, cluster.AsSpan(0, VmaLayout.ClusterSize));
                cluster.AsSpan(skip, length).CopyTo(buffer);
                offset += length;
                buffer = buffer[length..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(cluster);
        }
    }

    /// <summary>Reads a whole cluster, with what it has behind the end of the disk.</summary>
    public void ReadCluster(long number, Span<byte> cluster)
    {
        (Slot slot, uint? checksum, long data) = Locate(number);
        Span<byte> stored = cluster[..slot.DataLength];
        input.ReadAt(data, stored);
        if (checksum is { } expected && slot.DataLength > 0 && Crc32C.Compute(stored) != expected)
        {
            throw new VmaException(new VmaFault(VmaFaultCode.DataChecksum, data, "the data does not match its checksum").At(device, number));
        }

        // From the last block down, each moves to its place over what was moved already.
        int packed = slot.Info.StoredBlocks;
        for (int block = VmaLayout.BlocksPerCluster - 1; block >= 0; block--)
        {
            Span<byte> place = cluster.Slice(block * VmaLayout.BlockSize, VmaLayout.BlockSize);
            if ((slot.Info.Mask >> block & 1) == 0)
            {
                place.Clear();
            }
            else if (--packed != block)
            {
                cluster.Slice(packed * VmaLayout.BlockSize, VmaLayout.BlockSize).CopyTo(place);
            }
        }
    }

    public void Dispose()
    {
    }

    private (Slot Slot, uint? Checksum, long Data) Locate(long cluster)
    {
        if (index.Find(device.Id, (uint)cluster) is not { } run)
        {
            throw new VmaException(new VmaFault(VmaFaultCode.MissingClusters, 0, "the cluster never came").At(device, cluster));
        }

        (Slot slot, uint? checksum) = extents.SlotOf(run.ExtentOffset, (int)(run.FirstSlot + cluster - run.First));
        return (slot, checksum, run.ExtentOffset + ExtentLayout.HeaderLength + slot.DataOffset);
    }
}
