// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Collections.Concurrent;

namespace Vma.Compression.Zstd.Spans;

/// <summary>
/// Decodes spans by their records: a frame's <see cref="Frame.Start"/> is the number of its span. What comes is compared with the hash in the index.
/// Thread-safe.
/// </summary>
internal sealed class SpanCodec(ISpanRecords records) : IFrameCodec
{
    private readonly ConcurrentBag<ZstdDecoder> _decoders = [];

    public CompressionFormat Format => CompressionFormat.Zstd;

    /// <exception cref="WrongIndexException">The archive's bytes are those that were indexed, but do not give what the index says.</exception>
    public string? Decode(in Frame frame, ReadOnlySpan<byte> compressed, Span<byte> plain)
    {
        const string Changed = "the bytes are not those that were indexed: they are damaged, or the archive was changed";
        StoredSpan stored = records.Read((int)frame.Start);
        bool isRecord = SpanRecord.TryRead(stored.Record.Span, stored.PlainOffset, out SpanRecord record);
        string? fault = isRecord ? Decode(record, compressed, plain) : "the index is damaged";
        bool isRight = fault is null && (record.IsWhole || XxHash64.Compute(plain) == stored.PlainHash);
        if (isRight && !record.IsWhole)
        {
            return null;
        }

        bool isAsIndexed = XxHash64.Compute(compressed) == stored.CompressedHash;
        if (isAsIndexed && !isRight)
        {
            records.GiveUp();
            throw new WrongIndexException(fault ?? "the plain bytes are others");
        }

        return isAsIndexed ? null : fault ?? Changed;
    }

    /// <summary>The index is what tells whether a span's bytes are right, so there is nothing to leave out.</summary>
    public string? DecodeUnchecked(in Frame frame, ReadOnlySpan<byte> compressed, Span<byte> plain)
    {
        string? fault = Decode(frame, compressed, plain);
        if (fault is not null)
        {
            plain.Clear();
        }

        return fault;
    }

    /// <summary>Only an archive with a cluster map asks for a frame's start, and that has no spans.</summary>
    public int DecodeStart(in Frame frame, ReadOnlySpan<byte> compressed, Span<byte> plain) => 0;

    public void Dispose()
    {
        while (_decoders.TryTake(out ZstdDecoder? decoder))
        {
            decoder.Dispose();
        }
    }

    private string? Decode(in SpanRecord record, ReadOnlySpan<byte> compressed, Span<byte> plain)
    {
        ZstdDecoder decoder = _decoders.TryTake(out ZstdDecoder? free) ? free : new ZstdDecoder();
        try
        {
            return record.IsWhole ? decoder.Decode(compressed, plain) : DecodePart(decoder, record, compressed, plain);
        }
        finally
        {
            _decoders.Add(decoder);
        }
    }

    private static string? DecodePart(ZstdDecoder decoder, in SpanRecord record, ReadOnlySpan<byte> compressed, Span<byte> plain)
    {
        byte[] frame = ArrayPool<byte>.Shared.Rent(compressed.Length + SpanBytes.MostAdded);
        byte[] dictionary = ArrayPool<byte>.Shared.Rent(record.Tables.Length + record.WindowLength);
        try
        {
            Span<byte> window = dictionary.AsSpan(record.Tables.Length, record.WindowLength);
            record.Tables.CopyTo(dictionary);
            int length = SpanBytes.Write(record, compressed, plain.Length, frame);
            if (length == 0 || !TryUnpack(decoder, record, window))
            {
                return length == 0 ? "the blocks are not valid" : "the index is damaged";
            }

            return decoder.Decode(frame.AsSpan(0, length), dictionary.AsSpan(0, record.Tables.Length + window.Length), plain);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(dictionary);
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    private static bool TryUnpack(ZstdDecoder decoder, in SpanRecord record, Span<byte> window)
    {
        if (record.MarkedLength == 0)
        {
            window.Clear();
            return true;
        }

        byte[] ranges = ArrayPool<byte>.Shared.Rent(record.MarkedLength);
        try
        {
            Span<byte> unpacked = ranges.AsSpan(0, record.MarkedLength);
            return decoder.Decode(record.Packed, unpacked) is null && MarkedRanges.TryRead(unpacked, window);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(ranges);
        }
    }
}

/// <summary>An index does not fit the archive that it was made of: it was damaged or forged.</summary>
internal sealed class WrongIndexException(string message) : IOException($"the archive's index is wrong: {message}");
