// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Vma.Compression.Zstd;
using Vma.Compression.Zstd.Spans;
using Vma.Format;

namespace Vma.Indexing.Stored;

/// <summary>
/// Writes an index as a pass goes on: each span when it is known, the headers of extents a batch at a time. Two threads call it, the one that follows frames
/// and the one that finds extents.
/// </summary>
internal sealed class IndexWriter : ISpanSink, IDisposable
{
    /// <summary>How many extents' headers are packed together: they take about a third then.</summary>
    private const int BatchLength = 256;

    private const int ExtentLength = sizeof(long) + ExtentLayout.HeaderLength;

    private readonly Lock _gate = new();
    private readonly SafeFileHandle _file;
    private readonly ZstdCompressor _compressor = new(3, inSteps: false);
    private readonly byte[] _batch = new byte[BatchLength * ExtentLength];
    private readonly List<long> _extents = [];
    private int _batchCount;
    private long _end;

    /// <param name="file">An empty file, which stays open.</param>
    /// <param name="archive">Which archive the index is of.</param>
    public IndexWriter(SafeFileHandle file, in ArchiveIdentity archive)
    {
        _file = file;
        byte[] head = IndexFile.HeadOf(archive);
        RandomAccess.Write(file, head, 0);
        _end = head.Length;
        Spans = new SpanPlaces(file, isGrowing: true);
    }

    /// <summary>The spans so far.</summary>
    public SpanPlaces Spans { get; }

    public void Take(in ZstdSpan span, ReadOnlySpan<byte> record)
    {
        int length = IndexFile.SpanHeadLength + record.Length;
        byte[] rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            IndexFile.WriteSpanHead(rented, span);
            record.CopyTo(rented.AsSpan(IndexFile.SpanHeadLength));
            Spans.Add(span, Append(IndexFile.Kind.Span, rented.AsSpan(0, length)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Takes in the header of a data extent.</summary>
    public void AddExtent(long offset, ReadOnlySpan<byte> header)
    {
        Span<byte> extent = _batch.AsSpan(_batchCount * ExtentLength, ExtentLength);
        BinaryPrimitives.WriteInt64LittleEndian(extent, offset);
        header.CopyTo(extent[sizeof(long)..]);
        if (++_batchCount == BatchLength)
        {
            WriteBatch();
        }
    }

    /// <summary>Writes the list of all records, which makes the index whole. The pass has ended.</summary>
    public void Finish()
    {
        WriteBatch();
        int spans = Spans.Count;
        var list = new byte[16 + spans * (IndexFile.SpanHeadLength + 8) + _extents.Count * 8];
        BinaryPrimitives.WriteInt32LittleEndian(list, spans);
        BinaryPrimitives.WriteInt32LittleEndian(list.AsSpan(4), _extents.Count);
        BinaryPrimitives.WriteInt64LittleEndian(list.AsSpan(8), Spans.Table.PlainLength);
        Span<byte> rest = list.AsSpan(16);
        for (int i = 0; i < spans; i++)
        {
            IndexFile.WriteSpanHead(rest, Spans.SpanAt(i));
            BinaryPrimitives.WriteInt64LittleEndian(rest[IndexFile.SpanHeadLength..], Spans.PlaceOf(i));
            rest = rest[(IndexFile.SpanHeadLength + 8)..];
        }

        for (int i = 0; i < _extents.Count; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(rest[(i * 8)..], _extents[i]);
        }

        long place = Append(IndexFile.Kind.List, list);
        RandomAccess.Write(_file, IndexFile.TailOf(place), _end);
    }

    public void Dispose() => _compressor.Dispose();

    private void WriteBatch()
    {
        if (_batchCount == 0)
        {
            return;
        }

        Span<byte> plain = _batch.AsSpan(0, _batchCount * ExtentLength);
        byte[] packed = ArrayPool<byte>.Shared.Rent(ZstdCompressor.LongestResult(plain.Length));
        try
        {
            _extents.Add(Append(IndexFile.Kind.Extents, packed.AsSpan(0, _compressor.Compress(plain, 0, packed))));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(packed);
        }

        _batchCount = 0;
    }

    private long Append(IndexFile.Kind kind, ReadOnlySpan<byte> content)
    {
        Span<byte> head = stackalloc byte[IndexFile.RecordHeadLength];
        IndexFile.WriteRecordHead(head, kind, content);
        lock (_gate)
        {
            long place = _end;
            RandomAccess.Write(_file, content, place + head.Length);
            RandomAccess.Write(_file, head, place);
            _end = place + head.Length + content.Length;
            return place;
        }
    }
}
