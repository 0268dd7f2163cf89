// SPDX-License-Identifier: MIT

using System.Buffers.Binary;

namespace Vma.Compression.Zstd.Spans;

/// <summary>What a span needs to be decoded beside its bytes, as the index keeps it.</summary>
/// <remarks>
/// The record: what it is (1 byte: 0 whole frames, 1 a part of a frame, 2 its last part), the window's descriptor (1), how many bytes in front and behind
/// belong to the frame (1 and 1), the tables of one symbol (u32), how many bytes the tables take (u32), how long the window is (u32), how many bytes its marked
/// ranges take unpacked and packed (u32 and u32); then the tables and the packed ranges. All numbers are little-endian.
/// </remarks>
internal readonly ref struct SpanRecord
{
    public const int HeaderLength = 24;

    /// <summary>Whether the span is whole frames, which a decoder takes as they are.</summary>
    public required bool IsWhole { get; init; }

    /// <summary>Whether the span's last block is its frame's last one.</summary>
    public bool EndsFrame { get; init; }

    /// <summary>The descriptor of the smallest window that the span's blocks fit in.</summary>
    public byte WindowDescriptor { get; init; }

    /// <summary>How many bytes of the frame's header stand in front of the first block.</summary>
    public int HeaderInFront { get; init; }

    /// <summary>How many bytes of the frame's checksum stand behind the last block.</summary>
    public int ChecksumBehind { get; init; }

    /// <summary>Tables of a single symbol in front of the first block: <see cref="Blocks.SingleSymbols.Packed"/>.</summary>
    public uint Singles { get; init; }

    /// <summary>The start of a dictionary, without the window; nothing at a frame's start.</summary>
    public ReadOnlySpan<byte> Tables { get; init; }

    /// <summary>How many bytes in front of the checkpoint a decoder must have.</summary>
    public int WindowLength { get; init; }

    /// <summary>How many bytes the marked ranges take before they are packed.</summary>
    public int MarkedLength { get; init; }

    /// <summary>The marked ranges, as one zstd frame.</summary>
    public ReadOnlySpan<byte> Packed { get; init; }

    public int Length => HeaderLength + Tables.Length + Packed.Length;

    /// <summary>The most that the marked ranges of a window take: one byte in two, each with the length of its range and of the gap.</summary>
    public static long MostMarked(int windowLength) => windowLength / 2 * 3L + 16;

    public void Write(Span<byte> destination)
    {
        (destination[0], destination[1]) = ((byte)(IsWhole ? 0 : EndsFrame ? 2 : 1), WindowDescriptor);
        (destination[2], destination[3]) = ((byte)HeaderInFront, (byte)ChecksumBehind);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], Singles);
        BinaryPrimitives.WriteInt32LittleEndian(destination[8..], Tables.Length);
        BinaryPrimitives.WriteInt32LittleEndian(destination[12..], WindowLength);
        BinaryPrimitives.WriteInt32LittleEndian(destination[16..], MarkedLength);
        BinaryPrimitives.WriteInt32LittleEndian(destination[20..], Packed.Length);
        Tables.CopyTo(destination[HeaderLength..]);
        Packed.CopyTo(destination[(HeaderLength + Tables.Length)..]);
    }

    /// <summary>Reads a record; false when it cannot be one.</summary>
    /// <param name="bytes">The record.</param>
    /// <param name="plainOffset">How many plain bytes are in front of the span: no window is longer.</param>
    /// <param name="record">What it says.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, long plainOffset, out SpanRecord record)
    {
        record = new SpanRecord { IsWhole = true };
        if (bytes.Length < HeaderLength || bytes[0] > 2)
        {
            return false;
        }

        int tables = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        int packed = BinaryPrimitives.ReadInt32LittleEndian(bytes[20..]);
        int window = BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]);
        int marked = BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]);
        bool fits = tables >= 0 && packed >= 0 && HeaderLength + (long)tables + packed == bytes.Length && tables <= Blocks.EntropyState.LongestTables;
        if (!fits || window < 0 || window > plainOffset || marked < 0 || marked > MostMarked(window))
        {
            return false;
        }

        record = new SpanRecord
        {
            IsWhole = bytes[0] == 0,
            EndsFrame = bytes[0] == 2,
            WindowDescriptor = bytes[1],
            HeaderInFront = bytes[2],
            ChecksumBehind = bytes[3],
            Singles = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
            Tables = bytes.Slice(HeaderLength, tables),
            WindowLength = window,
            MarkedLength = marked,
            Packed = bytes[(HeaderLength + tables)..],
        };
        return true;
    }
}
