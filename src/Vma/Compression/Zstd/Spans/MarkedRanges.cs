// SPDX-License-Identifier: MIT

using System.Numerics;
using Vma.Compression.Zstd.Blocks;

namespace Vma.Compression.Zstd.Spans;

/// <summary>
/// The marked bytes of a window, as the length of each gap and of the range behind it, in seven bits a byte from the lowest on, and then all ranges' bytes.
/// In a window of 2 MiB they are a few ten thousand bytes.
/// </summary>
internal static class MarkedRanges
{
    /// <summary>How many bytes <see cref="Write"/> writes.</summary>
    public static int LengthOf(WindowMarks marks, int windowLength)
    {
        int length = 2;
        for (int at = marks.Length - windowLength, next; (next = marks.NextMarked(at)) < marks.Length; at = marks.NextUnmarked(next))
        {
            int count = marks.NextUnmarked(next) - next;
            length += LengthOfNumber(next - at) + LengthOfNumber(count) + count;
        }

        return length;
    }

    /// <summary>Writes the marked bytes of a window.</summary>
    /// <param name="marks">Which they are.</param>
    /// <param name="windowLength">How many bytes of the window's end are looked at.</param>
    /// <param name="window">Copies bytes of the marks' window from a place in it.</param>
    /// <param name="output">Has room for just <see cref="LengthOf"/>.</param>
    public static void Write(WindowMarks marks, int windowLength, WindowReader window, Span<byte> output)
    {
        int length = 0;
        int start = marks.Length - windowLength;
        for (int at = start, next; (next = marks.NextMarked(at)) < marks.Length; at = marks.NextUnmarked(next))
        {
            WriteNumber(output, ref length, next - at);
            WriteNumber(output, ref length, marks.NextUnmarked(next) - next);
        }

        // Behind the last range stands one without bytes.
        WriteNumber(output, ref length, 0);
        WriteNumber(output, ref length, 0);
        for (int at = start, next; (next = marks.NextMarked(at)) < marks.Length; at = marks.NextUnmarked(next))
        {
            int count = marks.NextUnmarked(next) - next;
            window(next, output.Slice(length, count));
            length += count;
        }
    }

    /// <summary>Puts the marked bytes in their places, and zeros in all others; false when they are not just all of the bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> ranges, Span<byte> window)
    {
        int content = ContentAt(ranges);
        int at = 0;
        int place = 0;
        while (content > 0)
        {
            int gap = ReadNumber(ranges, ref at);
            int count = ReadNumber(ranges, ref at);
            if (count == 0)
            {
                window[place..].Clear();
                return content == ranges.Length;
            }

            if (gap < 0 || count < 0 || gap > window.Length - place || count > window.Length - place - gap || count > ranges.Length - content)
            {
                return false;
            }

            window.Slice(place, gap).Clear();
            ranges.Slice(content, count).CopyTo(window[(place + gap)..]);
            place += gap + count;
            content += count;
        }

        return false;
    }

    private static int ContentAt(ReadOnlySpan<byte> ranges)
    {
        int at = 0;
        while (at < ranges.Length)
        {
            _ = ReadNumber(ranges, ref at);
            if (ReadNumber(ranges, ref at) == 0)
            {
                return at;
            }
        }

        return 0;
    }

    private static int LengthOfNumber(int number) => Math.Max(1, (38 - BitOperations.LeadingZeroCount((uint)number)) / 7);

    private static void WriteNumber(Span<byte> output, ref int at, int number)
    {
        for (; number >= 0x80; number >>= 7)
        {
            output[at++] = (byte)(number & 0x7f | 0x80);
        }

        output[at++] = (byte)number;
    }

    /// <summary>The next number; -1 when it is cut or too large.</summary>
    private static int ReadNumber(ReadOnlySpan<byte> bytes, ref int at)
    {
        long number = 0;
        for (int shift = 0; shift < 35 && at < bytes.Length; shift += 7)
        {
            byte value = bytes[at++];
            number |= (long)(value & 0x7f) << shift;
            if (value < 0x80)
            {
                return number <= int.MaxValue ? (int)number : -1;
            }
        }

        return -1;
    }

    /// <summary>Copies bytes from a place in a window.</summary>
    internal delegate void WindowReader(int start, Span<byte> destination);
}
