// SPDX-License-Identifier: MIT

using System.Buffers.Binary;

namespace Vma.Qemu.Images;

/// <summary>Makes an empty qcow2 image: a header, and tables that say that nothing is there.</summary>
internal static class Qcow2Image
{
    private const int ClusterBits = 16;
    private const int ClusterSize = 1 << ClusterBits;
    private const int HeaderLength = 104;
    private const int EntrySize = sizeof(ulong);
    private const int RefcountOrder = 4; // 16 bits each
    private const int CountsPerBlock = ClusterSize / 2;

    // Clusters: 0 header, 1 table of refcount blocks, 2 one such block, from 3 on the L1 table.
    private const int RefcountTable = 1, RefcountBlock = 2, FirstLevel = 3;

    /// <summary>Writes an image of <paramref name="size"/> bytes, a multiple of 512, into an empty file.</summary>
    public static void Write(Stream file, long size)
    {
        long entries = DivideUp(size, (long)ClusterSize * ClusterSize / EntrySize);
        int tableClusters = (int)Math.Max(1, DivideUp(entries * EntrySize, ClusterSize));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(FirstLevel + tableClusters, CountsPerBlock);

        Span<byte> header = stackalloc byte[HeaderLength];
        header.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(header, 0x514649fb); // "QFI\xfb"
        BinaryPrimitives.WriteInt32BigEndian(header[4..], 3); // version
        BinaryPrimitives.WriteInt32BigEndian(header[20..], ClusterBits);
        BinaryPrimitives.WriteInt64BigEndian(header[24..], size);
        BinaryPrimitives.WriteInt32BigEndian(header[36..], (int)entries);
        BinaryPrimitives.WriteInt64BigEndian(header[40..], FirstLevel * ClusterSize);
        BinaryPrimitives.WriteInt64BigEndian(header[48..], RefcountTable * ClusterSize);
        BinaryPrimitives.WriteInt32BigEndian(header[56..], 1); // clusters of the table of refcount blocks
        BinaryPrimitives.WriteInt32BigEndian(header[96..], RefcountOrder);
        BinaryPrimitives.WriteInt32BigEndian(header[100..], HeaderLength);

        file.SetLength((long)(FirstLevel + tableClusters) * ClusterSize);
        file.Write(header);
        Span<byte> entry = stackalloc byte[EntrySize];
        BinaryPrimitives.WriteInt64BigEndian(entry, RefcountBlock * ClusterSize);
        file.Position = RefcountTable * ClusterSize;
        file.Write(entry);

        var counts = new byte[(FirstLevel + tableClusters) * 2];
        for (int i = 0; i < FirstLevel + tableClusters; i++)
        {
            BinaryPrimitives.WriteInt16BigEndian(counts.AsSpan(2 * i), 1);
        }

        file.Position = RefcountBlock * ClusterSize;
        file.Write(counts);
        file.Flush();
    }

    private static long DivideUp(long value, long by) => (value + by - 1) / by;
}
