// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.ExceptionServices;
using System.Text;
using Vma.Failures;

namespace Vma.Qemu.Guests.Ovf;

/// <summary>
/// Writes a disk as a stream-optimised VMDK, forward: compressed grains in the order of the disk, each table behind its grains, the directory and a
/// footer at the end (VMware's Virtual Disk Format 5.0). Importers that read an OVA as a stream expect that.
/// </summary>
internal sealed partial class StreamVmdk
{
    private const int BatchGrains = 128;
    private const int MaxThreads = 8;

    private readonly IBlockSource _source;
    private readonly long _capacity;
    private readonly string _name;
    private Stream _output = Stream.Null;
    private long _position;

    public StreamVmdk(IBlockSource source, long capacity, string name)
    {
        ArgumentException.ThrowIf(capacity > MaxCapacity, $"'{name}': a VMDK of this kind holds at most 2 TiB", nameof(capacity));

        (_source, _capacity, _name) = (source, (capacity + Sector - 1) / Sector * Sector, name);
    }

    /// <summary>Writes it all; <paramref name="report"/> is told how many bytes of the disk came since the last time.</summary>
    public void Write(Stream output, Action<long> report, CancellationToken cancellationToken)
    {
        _output = output;
        Put(Header(DirectoryAtEnd));
        Put(Encoding.ASCII.GetBytes(Descriptor().PadRight(DescriptorSectors * Sector, '\0')));
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

        Put(MetadataMarker(Marker.Directory, directory.Length / Sector));
        long directoryAt = _position / Sector;
        Put(directory);
        Put(MetadataMarker(Marker.Footer, 1));
        Put(Header((ulong)directoryAt));
        Put(MetadataMarker(Marker.EndOfStream, 0));
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
                    Put(GrainMarker(batch + i, grain.Length));
                    Put(grain);
                    Put(new byte[(Sector - _position % Sector) % Sector]);
                }
            }
        }

        if (!any)
        {
            return 0;
        }

        Put(MetadataMarker(Marker.Table, TableSectors));
        long at = _position / Sector;
        Put(table);
        return at;
    }

    /// <summary>Reads and compresses grains, several at once; null for those that are zeros.</summary>
    private byte[]?[] Compress(long first, int count, CancellationToken cancellationToken)
    {
        var compressed = new byte[]?[count];
        long start = first * GrainSize;
        if (start >= _source.Length || _source.StatusAt(start, cancellationToken) is { ReadsAsZeroes: true } status
            && status.Length >= Math.Min(_source.Length - start, (long)count * GrainSize))
        {
            return compressed;
        }

        try
        {
            int threads = Math.Min(Environment.ProcessorCount, MaxThreads);
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken }, Compress);
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

    private void Put(ReadOnlySpan<byte> data)
    {
        _output.Write(data);
        _position += data.Length;
    }
}
