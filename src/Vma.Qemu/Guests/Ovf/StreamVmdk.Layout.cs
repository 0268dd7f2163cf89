// SPDX-License-Identifier: MIT

using System.Buffers.Binary;

namespace Vma.Qemu.Guests.Ovf;

/// <content>What lies where in it.</content>
internal sealed partial class StreamVmdk
{
    private const int Sector = 512;
    private const int GrainSectors = 128;
    private const int GrainSize = GrainSectors * Sector;
    private const int TableEntries = 512;
    private const int TableSectors = TableEntries * sizeof(uint) / Sector;
    private const int DescriptorSectors = 20;
    private const int Overhead = 128;
    private const long MaxCapacity = 2L << 40;

    // Header, version 3: where its fields are, and what lies where.
    private const int FlagsOffset = 8, CapacityOffset = 12, GrainOffset = 20, DescriptorOffset = 28, DescriptorLength = 36, EntriesOffset = 44,
        DirectoryOffset = 56, OverheadOffset = 64, LineEndOffset = 73, AlgorithmOffset = 77;
    private const uint Flags = 0x30001; // line ends can be checked, grains are compressed, markers are there
    private const ulong DirectoryAtEnd = ulong.MaxValue;

    private enum Marker
    {
        EndOfStream = 0,
        Table = 1,
        Directory = 2,
        Footer = 3,
    }

    private byte[] Header(ulong directoryAt)
    {
        var header = new byte[Sector];
        "KDMV"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), 3);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(FlagsOffset), Flags);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(CapacityOffset), _capacity / Sector);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(GrainOffset), GrainSectors);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(DescriptorOffset), 1);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(DescriptorLength), DescriptorSectors);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(EntriesOffset), TableEntries);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(DirectoryOffset), directoryAt);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(OverheadOffset), Overhead);
        "\n \r\n"u8.CopyTo(header.AsSpan(LineEndOffset));
        header[AlgorithmOffset] = 1; // deflate
        return header;
    }

    private string Descriptor()
    {
        const int Heads = 255, Sectors = 63;
        long sectors = _capacity / Sector;
        return $"""
            # Disk DescriptorFile
            version=1
            CID={(uint)Random.Shared.NextInt64(1, uint.MaxValue):x8}
            parentCID=ffffffff
            createType="streamOptimized"

            # Extent description
            RDONLY {sectors} SPARSE "{_name}"

            # The Disk Data Base
            #DDB

            ddb.virtualHWVersion = "4"
            ddb.adapterType = "lsilogic"
            ddb.geometry.cylinders = "{Math.Min(65535, (sectors + (Heads * Sectors) - 1) / (Heads * Sectors))}"
            ddb.geometry.heads = "{Heads}"
            ddb.geometry.sectors = "{Sectors}"

            """.ReplaceLineEndings("\n");
    }

    /// <summary>Stands in front of a grain's compressed bytes.</summary>
    private static byte[] GrainMarker(long grain, int length)
    {
        var marker = new byte[12];
        BinaryPrimitives.WriteInt64LittleEndian(marker, grain * GrainSectors);
        BinaryPrimitives.WriteInt32LittleEndian(marker.AsSpan(8), length);
        return marker;
    }

    /// <summary>Stands in front of sectors that are no grain.</summary>
    private static byte[] MetadataMarker(Marker type, long sectors)
    {
        var marker = new byte[Sector];
        BinaryPrimitives.WriteInt64LittleEndian(marker, sectors);
        BinaryPrimitives.WriteInt32LittleEndian(marker.AsSpan(12), (int)type);
        return marker;
    }
}
