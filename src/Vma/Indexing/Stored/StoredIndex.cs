// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Vma.Compression.Zstd;
using Vma.Compression.Zstd.Spans;
using Vma.Format;

namespace Vma.Indexing.Stored;

/// <summary>
/// An index that was written whole. Nothing in it is used before its bounds are checked, and each record has its hash; whether the bytes that it leads to are
/// the archive's is seen by the span's hashes when they are decoded.
/// </summary>
internal sealed class StoredIndex : IDisposable
{
    private const int ListHeadLength = 16;
    private const int EntryLength = IndexFile.SpanHeadLength + sizeof(long);
    private const int ExtentLength = sizeof(long) + ExtentLayout.HeaderLength;

    /// <summary>A pass cuts spans of up to 16 MiB, a block, and 1 MiB of empty blocks; a longer one is none of ours.</summary>
    private const int LongestSpan = 32 << 20;

    /// <summary>How many bytes of headers a batch has at most.</summary>
    private const int LongestBatch = 1 << 20;

    private readonly SafeFileHandle _file;
    private readonly long[] _extents;

    private StoredIndex(SafeFileHandle file, SpanPlaces spans, long[] extents)
    {
        (_file, Spans, _extents) = (file, spans, extents);
    }

    public SpanPlaces Spans { get; }

    /// <summary>Opens an index; null when the file is none of this archive, was not finished, or cannot be right.</summary>
    /// <param name="file">Is closed with the index, and when there is none.</param>
    /// <param name="archive">Which archive it is.</param>
    public static StoredIndex? TryOpen(SafeFileHandle file, in ArchiveIdentity archive)
    {
        if (IndexFile.IsOf(file, archive) && IndexFile.ListPlaceOf(file) is { } place
            && IndexFile.ReadRecord(file, place, out IndexFile.Kind kind) is { } list && kind == IndexFile.Kind.List
            && TryRead(file, list, archive.Length, place) is { } index)
        {
            return index;
        }

        file.Dispose();
        return null;
    }

    /// <summary>The headers of all data extents in the archive's order, each with its place in the plain archive.</summary>
    /// <exception cref="WrongIndexException">They are not in the file as they were written.</exception>
    public IEnumerable<(long Offset, ReadOnlyMemory<byte> Header)> ReadExtents()
    {
        using var decoder = new ZstdDecoder();
        foreach (long place in _extents)
        {
            byte[] batch = Unpack(decoder, place) ?? throw new WrongIndexException("a record of extents is damaged");
            for (int at = 0; at < batch.Length; at += ExtentLength)
            {
                yield return (BinaryPrimitives.ReadInt64LittleEndian(batch.AsSpan(at)), batch.AsMemory(at + sizeof(long), ExtentLayout.HeaderLength));
            }
        }
    }

    public void Dispose() => _file.Dispose();

    private static StoredIndex? TryRead(SafeFileHandle file, ReadOnlySpan<byte> list, long archiveLength, long listPlace)
    {
        if (list.Length < ListHeadLength)
        {
            return null;
        }

        int count = BinaryPrimitives.ReadInt32LittleEndian(list);
        int extentCount = BinaryPrimitives.ReadInt32LittleEndian(list[4..]);
        if (count < 0 || extentCount < 0 || ListHeadLength + (long)count * EntryLength + extentCount * 8L != list.Length)
        {
            return null;
        }

        var spans = new SpanPlaces(file, isGrowing: false);
        ReadOnlySpan<byte> entries = list[ListHeadLength..];
        long end = 0;
        for (int i = 0; i < count; i++, entries = entries[EntryLength..])
        {
            ZstdSpan span = IndexFile.ReadSpanHead(entries);
            long place = BinaryPrimitives.ReadInt64LittleEndian(entries[IndexFile.SpanHeadLength..]);
            bool isLong = span.Length is <= 0 or > LongestSpan || span.PlainLength is <= 0 or > LongestSpan;
            if (isLong || span.Offset < end || span.Offset > archiveLength - span.Length || place < IndexFile.HeadLength || place >= listPlace)
            {
                return null;
            }

            end = span.Offset + span.Length;
            spans.Add(span, place);
        }

        var extents = new long[extentCount];
        for (int i = 0; i < extentCount; i++)
        {
            extents[i] = BinaryPrimitives.ReadInt64LittleEndian(entries[(i * 8)..]);
        }

        return BinaryPrimitives.ReadInt64LittleEndian(list[8..]) == spans.Table.PlainLength ? new StoredIndex(file, spans, extents) : null;
    }

    private byte[]? Unpack(ZstdDecoder decoder, long place)
    {
        byte[]? packed = place >= IndexFile.HeadLength ? IndexFile.ReadRecord(_file, place, out IndexFile.Kind kind) : null;
        if (packed is null || ZstdFrameHeader.TryRead(packed) is not { ContentSize: > 0 and <= LongestBatch and var length } || length % ExtentLength != 0)
        {
            return null;
        }

        var batch = new byte[length];
        return decoder.Decode(packed, batch) is null ? batch : null;
    }
}
