// SPDX-License-Identifier: MIT

using Vma.Format;

namespace Vma.Input;

/// <summary>How a row of zeros ended.</summary>
internal enum ZeroesEnd
{
    /// <summary>The input is at its end.</summary>
    AtEnd,

    /// <summary>The input stands at something else, or at zeros that only stand for what could not be read.</summary>
    AtOther,

    /// <summary>There are more of them than are looked at.</summary>
    TooMany,
}

/// <summary>The zeros that a tape or a block device leaves behind an archive.</summary>
internal static class ZeroPadding
{
    /// <summary>
    /// How many are looked at, beside as many as bytes stand in front of them. So an archive at the start of a large disk takes no longer than twice its own
    /// length; of what is decoded, any number would fit into a few kilobytes.
    /// </summary>
    public const long Most = 1L << 30;

    private const int Window = 64 << 10;

    /// <summary>Moves over the zeros of a plain archive.</summary>
    public static ZeroesEnd Pass(ForwardInput input) => Pass(input, input.IsUnreadable);

    /// <summary>
    /// Moves over the zeros behind a compressed stream, and gives how they are told, by their place in it. When something else follows it gives null, and
    /// leaves the last zero to be read.
    /// </summary>
    public static VmaFault? PassBehindStream(ForwardInput input)
    {
        long start = input.Position;
        ZeroesEnd end = Pass(input, static (_, _) => false);
        if (end != ZeroesEnd.AtOther)
        {
            return Fault(0, input.Position - start, end) with { CompressedOffset = start };
        }

        input.PutBack([0]);
        return null;
    }

    /// <summary>How zeros that nothing follows are told.</summary>
    /// <param name="offset">Where they begin in the plain archive.</param>
    /// <param name="length">How many there are.</param>
    /// <param name="end">How they ended.</param>
    public static VmaFault Fault(long offset, long length, ZeroesEnd end) => new(
        VmaFaultCode.ZeroPadding,
        offset,
        end == ZeroesEnd.TooMany ? $"{length} zero bytes, and more, stand behind the archive; the rest is not read"
            : $"{length} zero {(length == 1 ? "byte stands" : "bytes stand")} behind the archive");

    private static ZeroesEnd Pass(ForwardInput input, Func<long, int, bool> isUnreadable)
    {
        var window = new byte[Window];
        long most = input.IsDecoded ? Most : Most + input.Position;
        for (long passed = 0; passed < most;)
        {
            long at = input.Position;
            ReadOnlySpan<byte> bytes = window.AsSpan(0, input.Read(window));
            if (bytes.IsEmpty)
            {
                return ZeroesEnd.AtEnd;
            }

            int zeroes = ZeroBlocks.IsZero(bytes) ? bytes.Length : bytes.IndexOfAnyExcept((byte)0);
            zeroes = isUnreadable(at, bytes.Length) ? 0 : zeroes;
            if (zeroes < bytes.Length)
            {
                input.PutBack(bytes[zeroes..]);
                return ZeroesEnd.AtOther;
            }

            passed += zeroes;
        }

        return input.IsAtEnd() ? ZeroesEnd.AtEnd : ZeroesEnd.TooMany;
    }
}
