// SPDX-License-Identifier: MIT

namespace Vma.Compression.Zstd.Spans;

/// <summary>Takes the spans of a stream as they are found, in order, each with the bytes of its record. One thread calls it.</summary>
internal interface ISpanSink
{
    void Take(in ZstdSpan span, ReadOnlySpan<byte> record);
}

/// <summary>What the index has of the spans that are known. Thread-safe.</summary>
internal interface ISpanRecords
{
    StoredSpan Read(int number);

    /// <summary>What the index has of a span is wrong, so it is not to be used again.</summary>
    void GiveUp();
}

/// <summary>What an index has of a span.</summary>
/// <param name="Record">What <see cref="SpanRecord"/> reads.</param>
/// <param name="CompressedHash">The XXH64 of the span's bytes.</param>
/// <param name="PlainHash">The XXH64 of what they decode to; of whole frames it is not known.</param>
/// <param name="PlainOffset">How many plain bytes are in front of the span, and so could be in its window.</param>
internal readonly record struct StoredSpan(ReadOnlyMemory<byte> Record, ulong CompressedHash, ulong PlainHash, long PlainOffset);
