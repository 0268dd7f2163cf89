// SPDX-License-Identifier: MIT

using System.Buffers;
using Vma.Compression;
using Vma.Extents;

namespace Vma.Indexing;

/// <summary>
/// The plain bytes of a compressed archive. Parts are decoded when they are asked for, and kept as long as there is room; for who reads one after
/// the other the next ones are decoded ahead on other threads.
/// </summary>
internal sealed class DecodedInput : PlainInput
{
    /// <summary>Parts that are decoded ahead, for each thread that decodes: some take ten times as long as others.</summary>
    private const int AheadOfEach = 4;

    private readonly IPieceSource _source;
    private readonly PieceCache _cache;
    private readonly SpareBuffers _compressed;
    private readonly DecodeAhead _ahead;
    private volatile bool _readerChecks;

    public DecodedInput(PositionalInput file, PieceTable table, VmaArchiveOptions options)
    {
        File = file;
        Table = table;
        _source = PieceTable.OpenSource(table.Format, Stream.Null);
        _compressed = new SpareBuffers(2L * options.Parallelism * SpareBuffers.RoomFor(ExtentBuffer.WholeLength));
        _cache = new PieceCache(options.CacheBytes, Decode, options.Parallelism);
        _ahead = new DecodeAhead(table, _cache, options.Parallelism == 1 ? 0 : AheadOfEach * options.Parallelism);
        Parallelism = options.Parallelism;
    }

    public PositionalInput File { get; }

    public PieceTable Table { get; }

    public override long Length => Table.PlainLength;

    public override bool IsDecoded => true;

    public override int Parallelism { get; }

    public override void ReadAt(long offset, Span<byte> buffer)
    {
        CheckEnd(offset, buffer.Length);
        _ahead.Ask(offset, buffer.Length);
        Read(offset, buffer);
    }

    public override void ReadHeader(long offset, Span<byte> buffer)
    {
        CheckEnd(offset, buffer.Length);
        _ahead.AskHeader(Table.Find(offset));
        Read(offset, buffer);
    }

    public override long EndOfDamage(long offset) => Table.EndOf(Table.Find(offset));

    /// <summary>The first bytes of a part, without decoding more of it than that takes; fewer when they cannot be had.</summary>
    public int ReadStart(int index, Span<byte> buffer)
    {
        // What a block of the start alone takes, and any first block.
        const int ShortBlock = 2 << 10, LongestBlock = 160 << 10;
        Span<byte> start = buffer[..Math.Min(buffer.Length, Table.PlainLengthOf(index))];
        if (_cache.Contains(index))
        {
            ReadPart(index, 0, start);
            return start.Length;
        }

        int done = DecodeStart(index, ShortBlock, start);
        return done == start.Length ? done : DecodeStart(index, LongestBlock, start);
    }

    public override void Dispose()
    {
        _cache.Dispose();
        _source.Dispose();
        base.Dispose();
    }

    public override void LeaveChecksToReader() => _readerChecks = true;

    public override VmaFault? FaultAt(long offset)
    {
        int index = Table.Find(offset);
        return Decode(index, new byte[Table.PlainLengthOf(index)], readerChecks: false) is { } fault ? FaultOf(index, fault) : null;
    }

    private int DecodeStart(int index, int longest, Span<byte> start)
    {
        PieceTable.Place place = Table[index];
        byte[] compressed = ArrayPool<byte>.Shared.Rent(longest);
        try
        {
            Span<byte> there = compressed.AsSpan(0, Math.Min(place.CompressedLength, longest));
            File.ReadAt(place.Compressed, there);
            return _source.DecodeStart(there, start);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(compressed);
        }
    }

    private void CheckEnd(long offset, int length)
    {
        if (offset + length > Length)
        {
            throw new EndOfStreamException($"the archive ends at byte {Length}");
        }
    }

    private void Read(long offset, Span<byte> buffer)
    {
        for (int index = Table.Find(offset); !buffer.IsEmpty; index++)
        {
            int count = (int)Math.Min(Table.EndOf(index) - offset, buffer.Length);
            ReadPart(index, (int)(offset - Table[index].Plain), buffer[..count]);
            offset += count;
            buffer = buffer[count..];
        }
    }

    private void ReadPart(int index, int start, Span<byte> buffer)
    {
        string? fault = TryReadPart(index, start, buffer);
        if (fault is not null && _readerChecks)
        {
            // It may have been decoded when checks were not yet left to the reader.
            _cache.Forget(index);
            fault = TryReadPart(index, start, buffer);
        }

        if (fault is not null)
        {
            throw new VmaException(FaultOf(index, fault));
        }
    }

    private string? TryReadPart(int index, int start, Span<byte> buffer)
    {
        using PieceCache.Lease lease = _cache.Take(index, Table.PlainLengthOf(index));
        if (lease.Fault is null)
        {
            lease.CopyTo(start, buffer);
        }

        return lease.Fault;
    }

    private VmaFault FaultOf(int index, string fault) =>
        new(VmaFaultCode.CompressedData, Table[index].Plain, $"the {_source.Format} stream is damaged: {fault}") { CompressedOffset = Table[index].Compressed };

    private string? Decode(int index, byte[] plain) => Decode(index, plain, _readerChecks);

    private string? Decode(int index, byte[] plain, bool readerChecks)
    {
        PieceTable.Place place = Table[index];
        var piece = new Piece { CompressedOffset = place.Compressed };
        piece.ExchangeCompressed(_compressed.Take(place.CompressedLength));
        File.ReadAt(place.Compressed, piece.Compressed.AsSpan(0, place.CompressedLength));
        piece.CompressedLength = place.CompressedLength;
        piece.SwapPlain(ref plain);
        piece.PlainLength = Table.PlainLengthOf(index);
        piece.MakeRoom();
        string? fault = _source.Unwrap(piece, place.Tag);
        if (fault is null && readerChecks)
        {
            _source.DecodeUnchecked(piece);
        }
        else
        {
            fault ??= _source.Decode(piece);
        }

        piece.SwapPlain(ref plain);
        _compressed.Give(piece.ExchangeCompressed([]));
        return fault;
    }
}
