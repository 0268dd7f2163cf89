// SPDX-License-Identifier: MIT

using Vma.Format;
using static Vma.Format.ExtentLayout;

namespace Vma.Input;

/// <summary>
/// Finds the next extent where bytes were lost, added or overwritten: an extent header of this archive (of any, when it
/// is not known which this is), whole and with the right MD5, at any byte.
/// </summary>
internal sealed class ExtentFinder(ForwardInput input, Guid? uuid, FruitlessWork work)
{
    private const int FirstWindow = 8 << 10;
    private const int LargestWindow = 1 << 20;

    /// <summary>
    /// How many bytes in a row of a compressed archive may belong to no extent. Damage does not make more, but a hostile file of some kilobytes can
    /// decode to so much that reading it takes hours.
    /// </summary>
    private const long LongestGarbage = 1L << 30;

    private byte[]? _buffer;

    /// <summary>Where in <paramref name="data"/> the first header is; null when there is none that is whole.</summary>
    public int? FindWithin(ReadOnlySpan<byte> data) => work.IsTooMuch || !input.MaySearchAgain(data.Length) ? null : IndexOf(data);

    /// <summary>
    /// Moves the input from a fault to the next extent, or to the archive's end, and tells which bytes were passed over.
    /// </summary>
    /// <param name="start">Where the fault is: where the input stands, or in front of zeros that it was moved over.</param>
    public VmaFault SkipToNext(long start)
    {
        byte[] buffer = _buffer ??= new byte[LargestWindow];
        int kept = input.Position == start ? input.Read(buffer.AsSpan(0, 1)) : 0; // the byte at the fault itself is not the start of an extent
        for (int size = FirstWindow; ; size = Math.Min(size * 2, LargestWindow))
        {
            int read = input.Read(buffer.AsSpan(kept, size - kept));
            work.AddBytes(read);
            ReadOnlySpan<byte> window = buffer.AsSpan(0, kept + read);
            ReadOnlySpan<byte> searched = start == input.Position - window.Length ? window[1..] : window;
            if (IndexOf(searched) is { } at)
            {
                input.PutBack(searched[at..]);
                return Skipped(start);
            }

            if (read == 0)
            {
                return Skipped(start);
            }

            if (work.IsTooMuch || (input.IsDecoded && input.Position - start > LongestGarbage))
            {
                VmaFault skipped = Skipped(start);
                input.Abandon();
                return skipped with { Message = $"{skipped.Message}; the rest is not read" };
            }

            // A header may straddle the border of two windows.
            kept = Math.Min(HeaderLength - 1, window.Length);
            window[^kept..].CopyTo(buffer);
        }
    }

    private VmaFault Skipped(long start)
    {
        long length = input.Position - start;
        string message = $"{length} bytes are no extent and were passed over";
        return new VmaFault(VmaFaultCode.BytesSkipped, start, message);
    }

    private int? IndexOf(ReadOnlySpan<byte> data)
    {
        for (int at = 0; at + HeaderLength <= data.Length; at++)
        {
            int next = data[at..].IndexOf(Magic);
            if (next < 0)
            {
                return null;
            }

            at += next;
            if (at + HeaderLength <= data.Length && IsHeader(data.Slice(at, HeaderLength)))
            {
                return at;
            }
        }

        return null;
    }

    private bool IsHeader(ReadOnlySpan<byte> bytes)
    {
        work.AddLook();
        if (ExtentHeader.CheckShape(bytes, uuid, 0) is not null)
        {
            return false;
        }

        work.AddHeader();
        return ExtentHeader.IsValid(bytes, uuid);
    }
}
