// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.ExceptionServices;
using System.Text;

namespace Vma.Qemu.Guests.Ovf;

/// <summary>
/// Writes a disk as a stream-optimised VMDK, forward: compressed grains in the order of the disk, each table behind its grains, the directory and a footer at the
/// end (VMware's Virtual Disk Format 5.0). That is what importers expect which read an OVA as a stream.
/// </summary>
internal sealed class StreamVmdk
{
    private const int Sector = 512;
    private const int GrainSectors = 128;
    private const int GrainSize = GrainSectors * Sector;
    private const int TableEntries = 512;
    private const int TableSectors = TableEntries * sizeof(uint) / Sector;
    private const int DescriptorSectors = 20;
    private const int Overhead = 128;
    private const long MaxCapacity = 2L << 40;
    private const int BatchGrains = 128;

    // Header, version 3: where its fields are, and what lies where.
    private const int FlagsOffset = 8, CapacityOffset = 12, GrainOffset = 20, DescriptorOffset = 28, DescriptorLength = 36, EntriesOffset = 44, DirectoryOffset = 56, OverheadOffset = 64, LineEndOffset = 73, AlgorithmOffset = 77;
    private const uint Flags = 0x30001; // line ends can be checked, grains are compressed, markers are there
    private const ulong DirectoryAtEnd = ulong.MaxValue;

    private enum Marker
    {
        EndOfStream = 0,
        Table = 1,
        Directory = 2,
        Footer = 3,
    }

    private readonly IBlockSource _source;
    private readonly long _capacity;
    private readonly string _name;
    private Stream _output = Stream.Null;
    private long _position;

    public StreamVmdk(IBlockSource source, long capacity, string name)
    {
        if (capacity > MaxCapacity)
        {
            throw new ArgumentException($"'{name}': a VMDK of this kind holds at most 2 TiB", nameof(capacity));
        }

        (_source, _capacity, _name) = (source, (capacity + Sector - 1) / Sector * Sector, name);
    }

    /// <summary>Writes it all; <paramref name="report"/> is told how many bytes of the disk came since the last time.</summary>
    public void Write(Stream output, Action<long> report, CancellationToken cancellationToken)
    {
        _output = output;
        Put(Header(DirectoryAtEnd));
        Put(Padded(Encoding.ASCII.GetBytes(Descriptor()), DescriptorSectors * Sector));
        Put(new byte[Overhead * Sector - _position]);

        long grains = (_capacity + GrainSize - 1) / GrainSize;
        long tables = (grains + TableEntries - 1) / TableEntries;
        var directory = new byte[(tables * sizeof(uint) + Sector - 1) / Sector * Sector];
        for (long table = 0; table < tables; table++)
        {
            long at = WriteTable(table * TableEntries, Math.Min(grains, (table + 1) * TableEntries), cancellationToken);
            BinaryPrimitives.WriteUInt32LittleEndian(directory.AsSpan((int)table * sizeof(uint)), checked((uint)at));
            report(Math.Min(_capacity, (table + 1) * TableEntries * GrainSize) - table * TableEntries * GrainSize);
        }

        PutMarker(Marker.Directory, directory.Length / Sector);
        long directoryAt = _position / Sector;
        Put(directory);
        PutMarker(Marker.Footer, 1);
        Put(Header((ulong)directoryAt));
        PutMarker(Marker.EndOfStream, 0);
    }

    /// <summary>Writes grains and their table; gives the sector of the table, 0 when all is zeros.</summary>
    private long WriteTable(long first, long end, CancellationToken cancellationToken)
    {
        var table = new byte[TableEntries * sizeof(uint)];
        bool any = false;
        for (long batch = first; batch < end; batch += BatchGrains)
        {
            cancellationToken.ThrowIfCancellationRequested();
            byte[]?[] compressed = Compress(batch, (int)Math.Min(BatchGrains, end - batch), cancellationToken);
            for (int i = 0; i < compressed.Length; i++)
            {
                if (compressed[i] is { } grain)
                {
                    any = true;
                    BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan((int)(batch + i - first) * sizeof(uint)), checked((uint)(_position / Sector)));
                    var marker = new byte[12];
                    BinaryPrimitives.WriteInt64LittleEndian(marker, (batch + i) * GrainSectors);
                    BinaryPrimitives.WriteInt32LittleEndian(marker.AsSpan(8), grain.Length);
                    Put(marker);
                    Put(grain);
                    Put(new byte[(Sector - _position % Sector) % Sector]);
                }
            }
        }

        if (!any)
        {
            return 0;
        }

        PutMarker(Marker.Table, TableSectors);
        long at = _position / Sector;
        Put(table);
        return at;
    }

    /// <summary>Reads and compresses grains, several at once; null for those that are zeros.</summary>
    private byte[]?[] Compress(long first, int count, CancellationToken cancellationToken)
    {
        var compressed = new byte[]?[count];
        long start = first * GrainSize;
        if (start >= _source.Length || _source.StatusAt(start, cancellationToken) is { ReadsAsZeroes: true } status && status.Length >= Math.Min(_source.Length - start, (long)count * GrainSize))
        {
            return compressed;
        }

        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Math.Clamp(Environment.ProcessorCount, 1, 8), CancellationToken = cancellationToken }, Compress);
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }

        return compressed;

        void Compress(int i)
        {
            long offset = start + (long)i * GrainSize;
            var grain = new byte[Math.Min(GrainSize, _capacity - offset)];
            int present = (int)Math.Clamp(_source.Length - offset, 0, grain.Length);
            _source.ReadAt(offset, grain.AsSpan(0, present), cancellationToken);
            if (grain.AsSpan().ContainsAnyExcept((byte)0))
            {
                var buffer = new MemoryStream(GrainSize / 2);
                using (var zlib = new ZLibStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
                {
                    zlib.Write(grain);
                    // Readers expect whole grains, also behind the disk's end.
                    zlib.Write(new byte[GrainSize - grain.Length]);
                }

                compressed[i] = buffer.ToArray();
            }
        }
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
        return string.Create(CultureInfo.InvariantCulture, $"""
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

            """).ReplaceLineEndings("\n");
    }

    private void PutMarker(Marker type, long sectors)
    {
        var marker = new byte[Sector];
        BinaryPrimitives.WriteInt64LittleEndian(marker, sectors);
        BinaryPrimitives.WriteInt32LittleEndian(marker.AsSpan(12), (int)type);
        Put(marker);
    }

    private void Put(ReadOnlySpan<byte> data)
    {
        _output.Write(data);
        _position += data.Length;
    }

    private static byte[] Padded(byte[] data, int length)
    {
        Array.Resize(ref data, length);
        return data;
    }
}
