// SPDX-License-Identifier: MIT

using Microsoft.Win32.SafeHandles;
using Vma.Compression;
using Vma.Compression.Formats;
using Vma.Compression.Zstd.Spans;

namespace Vma.Indexing.Stored;

/// <summary>
/// The spans of an index: where each is in the archive, as frames, and where its record is in the index's file, 48 bytes a span. One thread adds spans, any
/// thread reads them.
/// </summary>
internal sealed class SpanPlaces(SafeFileHandle file, bool isGrowing) : ISpanRecords
{
    private readonly Lock _gate = new();
    private readonly List<(long Place, ulong CompressedHash, ulong PlainHash)> _places = [];
    private volatile bool _isWrong;

    /// <summary>The spans as frames, whose start is the number of the span.</summary>
    public FrameTable Table { get; } = new(CompressionFormat.Zstd, isGrowing);

    /// <summary>Whether the index was seen not to fit the archive.</summary>
    public bool IsWrong => _isWrong;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _places.Count;
            }
        }
    }

    /// <summary>Where the record of a span is in the file.</summary>
    public long PlaceOf(int number) => At(number).Place;

    /// <summary>A span, as it was added.</summary>
    public ZstdSpan SpanAt(int number)
    {
        Frame frame = Table[number];
        (_, ulong compressedHash, ulong plainHash) = At(number);
        return new ZstdSpan(frame.Offset, frame.Length, frame.PlainLength, compressedHash, plainHash);
    }

    /// <summary>Takes in the next span; one without content is left out.</summary>
    public void Add(in ZstdSpan span, long place)
    {
        if (span.PlainLength == 0)
        {
            return;
        }

        uint number;
        lock (_gate)
        {
            number = (uint)_places.Count;
            _places.Add((place, span.CompressedHash, span.PlainHash));
        }

        Table.Add(new Frame(span.Offset, span.Length, span.PlainLength, number));
    }

    /// <exception cref="WrongIndexException">The record is not in the file as it was written.</exception>
    public StoredSpan Read(int number)
    {
        (long place, ulong compressedHash, ulong plainHash) = At(number);
        if (ReadRecord(place) is { } record)
        {
            return new StoredSpan(record.AsMemory(IndexFile.SpanHeadLength), compressedHash, plainHash, Table.StartOf(number));
        }

        GiveUp();
        throw new WrongIndexException("the record of a span is damaged");
    }

    public void GiveUp() => _isWrong = true;

    /// <summary>Whether all records are in the file as they were written.</summary>
    public bool AreWhole() => Enumerable.Range(0, Count).All(number => ReadRecord(PlaceOf(number)) is not null);

    private byte[]? ReadRecord(long place)
    {
        byte[]? record = IndexFile.ReadRecord(file, place, out IndexFile.Kind kind);
        return record is { Length: >= IndexFile.SpanHeadLength } && kind == IndexFile.Kind.Span ? record : null;
    }

    private (long Place, ulong CompressedHash, ulong PlainHash) At(int number)
    {
        lock (_gate)
        {
            return _places[number];
        }
    }
}
