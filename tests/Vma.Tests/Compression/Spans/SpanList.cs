// SPDX-License-Identifier: MIT

using Vma.Compression;
using Vma.Compression.Zstd;
using Vma.Compression.Zstd.Blocks;
using Vma.Compression.Zstd.Spans;
using Vma.Input;

namespace Vma.Tests.Compression.Spans;

/// <summary>The spans of a stream in memory.</summary>
internal sealed class SpanList : ISpanSink, ISpanRecords
{
    private readonly List<(ZstdSpan Span, byte[] Record)> _spans = [];

    public string? Fault { get; private set; }

    public int Count => _spans.Count;

    /// <summary>How many bytes all records take.</summary>
    public long RecordBytes => _spans.Sum(static span => (long)span.Record.Length);

    public ZstdSpan this[int number] => _spans[number].Span;

    /// <summary>Reads a stream to its end, and follows it.</summary>
    /// <param name="compressed">The stream.</param>
    /// <param name="spanLength">About how many plain bytes a span has.</param>
    public static SpanList Of(byte[] compressed, int? spanLength = null)
    {
        var list = new SpanList();
        using var follower = new FrameFollower(list, 1L << 30, spanLength);
        using var scanner = new ZstdScanner(new ForwardInput(new MemoryStream(compressed)), new FrameContent(), follower);
        var plain = new byte[100_000];
        while (scanner.Next() is { } scan)
        {
            list.Fault ??= scan.Fault;
            while (scan.Long is { } frame && frame.Read(plain, out string? fault) > 0)
            {
                list.Fault ??= fault;
            }
        }

        list.Fault ??= follower.Fault;
        return list;
    }

    public void Take(in ZstdSpan span, ReadOnlySpan<byte> record) => _spans.Add((span, record.ToArray()));

    public StoredSpan Read(int number) => new(
        _spans[number].Record,
        _spans[number].Span.CompressedHash,
        _spans[number].Span.PlainHash,
        _spans.Take(number).Sum(static each => (long)each.Span.PlainLength));

    public void GiveUp() => Assert.Fail("a span does not give its bytes");

    /// <summary>How many spans begin, as far as sequences go, with a block that repeats a table of one symbol: it is written anew to decode them.</summary>
    public int CountThatRepeatOneSymbol(byte[] compressed) => _spans.Count(each =>
    {
        Assert.True(SpanRecord.TryRead(each.Record, int.MaxValue, out SpanRecord record));
        var frame = new byte[each.Span.Length + SpanBytes.MostAdded];
        int added = record.EndsFrame ? SpanBytes.MostAdded - SequenceCodes.Count - BlockHeader.Length : SpanBytes.MostAdded - SequenceCodes.Count;
        int taken = each.Span.Length - record.HeaderInFront - record.ChecksumBehind;
        return SpanBytes.Write(record, compressed.AsSpan((int)each.Span.Offset, each.Span.Length), each.Span.PlainLength, frame) > taken + added;
    });

    /// <summary>Decodes each span alone and gives all bytes; a test that fails tells which one is wrong.</summary>
    public byte[] DecodeAll(byte[] compressed)
    {
        using var codec = new SpanCodec(this);
        var plain = new byte[_spans.Sum(static span => (long)span.Span.PlainLength)];
        int at = 0;
        for (int i = 0; i < Count; i++)
        {
            ZstdSpan span = this[i];
            var frame = new Frame(span.Offset, span.Length, span.PlainLength, (uint)i);
            Assert.Null(codec.Decode(frame, compressed.AsSpan((int)span.Offset, span.Length), plain.AsSpan(at, span.PlainLength)));
            at += span.PlainLength;
        }

        return plain;
    }
}
