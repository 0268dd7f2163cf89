// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Vma.Compression.Zstd.Blocks;

namespace Vma.Compression.Zstd.Spans;

/// <summary>Makes a frame of its own out of the blocks of a span: a header in front, an end behind, and the first block rewritten where it has to be.</summary>
internal static class SpanBytes
{
    /// <summary>How many bytes the frame has more than the blocks at most: its header, a symbol for each of three tables, and an empty last block.</summary>
    public const int MostAdded = HeaderLength + SequenceCodes.Count + BlockHeader.Length;

    private const int HeaderLength = 14;

    /// <summary>A content size of eight bytes; no checksum, no dictionary.</summary>
    private const byte Descriptor = 0xc0;

    /// <summary>Writes the frame and gives its length; 0 when the blocks are not valid.</summary>
    /// <param name="record">What the index keeps of the span.</param>
    /// <param name="span">The span's bytes.</param>
    /// <param name="plainLength">How many bytes it decodes to.</param>
    /// <param name="frame">Has room for the span's bytes and <see cref="MostAdded"/>.</param>
    public static int Write(in SpanRecord record, ReadOnlySpan<byte> span, int plainLength, Span<byte> frame)
    {
        if (span.Length < record.HeaderInFront + record.ChecksumBehind)
        {
            return 0;
        }

        ReadOnlySpan<byte> blocks = span[record.HeaderInFront..^record.ChecksumBehind];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, ZstdFrameHeader.Magic);
        (frame[4], frame[5]) = (Descriptor, record.WindowDescriptor);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[6..], (ulong)plainLength);
        int length = HeaderLength;
        if (record.Singles != 0 && !TryCopyFirst(new SingleSymbols(record.Singles), ref blocks, frame, ref length))
        {
            return 0;
        }

        blocks.CopyTo(frame[length..]);
        length += blocks.Length;
        if (!record.EndsFrame)
        {
            new BlockHeader(IsLast: true, BlockKind.Raw, 0).Write(frame[length..]);
            length += BlockHeader.Length;
        }

        return length;
    }

    /// <summary>The descriptor of the smallest window of at least so many bytes.</summary>
    public static byte WindowDescriptorFor(long length)
    {
        for (int descriptor = 0; descriptor < byte.MaxValue; descriptor++)
        {
            if (ZstdFrameHeader.WindowOf((byte)descriptor) >= (ulong)length)
            {
                return (byte)descriptor;
            }
        }

        return byte.MaxValue;
    }

    /// <summary>
    /// Copies the blocks up to the first one with sequences. Where that one repeats a table of one symbol, which a dictionary cannot express, the symbol is
    /// written into it.
    /// </summary>
    private static bool TryCopyFirst(SingleSymbols singles, ref ReadOnlySpan<byte> blocks, Span<byte> frame, ref int length)
    {
        while (blocks.Length >= BlockHeader.Length)
        {
            BlockHeader header = BlockHeader.Read(blocks);
            int whole = BlockHeader.Length + header.ContentLength;
            if (whole > blocks.Length)
            {
                return false;
            }

            ReadOnlySpan<byte> content = blocks[BlockHeader.Length..whole];
            if (header.Kind == BlockKind.Compressed)
            {
                if (LiteralsSection.Read(content) is not { } literals || SequencesHeader.Read(content[literals.Length..]) is not { } sequences)
                {
                    return false;
                }

                if (sequences.Count > 0)
                {
                    int written = WriteWithSymbols(singles, header, content, literals.Length, sequences, frame[length..]);
                    blocks = blocks[whole..];
                    length += written;
                    return written > 0;
                }
            }

            blocks[..whole].CopyTo(frame[length..]);
            length += whole;
            blocks = blocks[whole..];
        }

        return blocks.IsEmpty;
    }

    private static int WriteWithSymbols(
        SingleSymbols singles, BlockHeader header, ReadOnlySpan<byte> content, int literalsLength, SequencesHeader sequences, Span<byte> output)
    {
        int read = literalsLength + sequences.Length;
        Span<byte> copy = output[BlockHeader.Length..];
        content[..read].CopyTo(copy);
        int written = read;
        byte modes = sequences.Modes;
        for (SequenceCode code = 0; (int)code < SequenceCodes.Count; code++)
        {
            TableMode mode = sequences.ModeOf(code);
            if (mode == TableMode.Repeat && singles.Of(code) is { } symbol)
            {
                modes = (sequences with { Modes = modes }).ModesWith(code, TableMode.Single);
                copy[written++] = symbol;
                continue;
            }

            int length = mode switch
            {
                TableMode.Single => 1,
                TableMode.Described => new SequenceTable(code).Fill(content[read..]),
                _ => 0,
            };
            if (read + length > content.Length || (mode == TableMode.Described && length == 0))
            {
                return 0;
            }

            content.Slice(read, length).CopyTo(copy[written..]);
            (read, written) = (read + length, written + length);
        }

        copy[literalsLength + sequences.Length - 1] = modes;
        content[read..].CopyTo(copy[written..]);
        written += content.Length - read;
        (header with { Size = written }).Write(output);
        return BlockHeader.Length + written;
    }
}
