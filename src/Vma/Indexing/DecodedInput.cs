// SPDX-License-Identifier: MIT

using System.Buffers;
using Vma.Compression;

namespace Vma.Indexing;

/// <summary>
/// The plain bytes of a compressed archive. Parts are decoded when they are asked for, and kept as long as there is room; for who reads one after
/// the other the next ones are decoded ahead on other threads.
/// </summary>
internal sealed class DecodedInput : PlainInput
{
    private readonly IPieceSource _source;
    private readonly PieceCache _cache;
    private readonly int _ahead;
    private int _lastAsked = -2;

    public DecodedInput(PositionalInput file, PieceTable table, VmaArchiveOptions options)
    {
        File = file;
        Table = table;
        _source = PieceTable.OpenSource(table.Format, Stream.Null);
        _cache = new PieceCache(options.CacheBytes, Decode);
        _ahead = options.Parallelism;
    }

    public PositionalInput File { get; }

    public PieceTable Table { get; }

    public override long Length => Table.PlainLength;

    public override bool IsDecoded => true;

    public override void ReadAt(long offset, Span<byte> buffer)
    {
        if (offset + buffer.Length > Length)
        {
            throw new EndOfStreamException($"the archive ends at byte {Length}");
        }

        for (int index = Table.Find(offset); !buffer.IsEmpty; index++)
        {
            int start = (int)(offset - Table[index].Plain);
            int count = (int)Math.Min(Table.EndOf(index) - offset, buffer.Length);
            ReadAhead(index);
            using (PieceCache.Lease lease = _cache.Take(index, PlainLength(index)))
            {
                if (lease.Fault is { } fault)
                {
                    throw new VmaException(new VmaFault(VmaFaultCode.CompressedData, Table[index].Plain, $"the {_source.Format} stream is damaged: {fault}") { CompressedOffset = Table[index].Compressed });
                }

                lease.Plain.Slice(start, count).CopyTo(buffer);
            }

            offset += count;
            buffer = buffer[count..];
        }
    }

    public override long EndOfDamage(long offset) => Table.EndOf(Table.Find(offset));

    /// <summary>The first bytes of a part, without decoding more of it than that takes; fewer when they cannot be had.</summary>
    public int ReadStart(int index, Span<byte> buffer)
    {
        const int OneBlock = 160 << 10;
        PieceTable.Place place = Table[index];
        Span<byte> start = buffer[..Math.Min(buffer.Length, PlainLength(index))];
        if (_cache.Contains(index))
        {
            ReadAt(place.Plain, start);
            return start.Length;
        }

        byte[] compressed = ArrayPool<byte>.Shared.Rent(OneBlock);
        try
        {
            Span<byte> there = compressed.AsSpan(0, Math.Min(place.CompressedLength, OneBlock));
            File.ReadAt(place.Compressed, there);
            return _source.DecodeStart(there, start);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(compressed);
        }
    }

    public override void Dispose()
    {
        _cache.Dispose();
        _source.Dispose();
        base.Dispose();
    }

    private int PlainLength(int index) => (int)(Table.EndOf(index) - Table[index].Plain);

    private void ReadAhead(int index)
    {
        int last = Interlocked.Exchange(ref _lastAsked, index);
        if (_ahead == 1 || index == last || !(index == last + 1 || _cache.Contains(index - 1)))
        {
            return;
        }

        for (int next = index + 1; next <= index + _ahead && next < Table.Count; next++)
        {
            if (!_cache.Prefetch(next, PlainLength(next)))
            {
                return;
            }
        }
    }

    private string? Decode(int index, ref byte[] plain)
    {
        PieceTable.Place place = Table[index];
        Piece piece = _cache.RentPiece();
        piece.Reset(place.Compressed);
        piece.GrowCompressed(place.CompressedLength);
        File.ReadAt(place.Compressed, piece.Compressed.AsSpan(0, place.CompressedLength));
        piece.CompressedLength = place.CompressedLength;
        piece.SwapPlain(ref plain);
        piece.PlainLength = PlainLength(index);
        piece.MakeRoom();
        string? fault = _source.Unwrap(piece, place.Tag) ?? _source.Decode(piece);
        piece.SwapPlain(ref plain);
        _cache.ReturnPiece(piece);
        return fault;
    }
}
