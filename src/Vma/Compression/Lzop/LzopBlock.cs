// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Vma.Compression.Native;

namespace Vma.Compression.Lzop;

/// <summary>What stands in front of a block's data: its lengths, and the checksums that the file's header announces.</summary>
internal readonly struct LzopBlock
{
    public const int LongestHeader = 6 * WordLength;
    public const string Cut = "the stream ends inside a block";

    /// <summary>lzop writes 256 KiB; its format allows 64 MiB, which no version ever wrote.</summary>
    private const int Longest = 8 << 20;
    private const int WordLength = 4;

    public int HeaderLength { get; private init; }

    /// <summary>How many bytes it decodes to; 0 where the file ends instead.</summary>
    public int PlainLength { get; private init; }

    public int DataLength { get; private init; }

    public bool IsStored => DataLength == PlainLength;

    private uint? PlainAdler { get; init; }

    private uint? PlainCrc { get; init; }

    private uint? DataAdler { get; init; }

    private uint? DataCrc { get; init; }

    /// <summary>Reads a block's header from its bytes, as many as there are; gives the fault, or null.</summary>
    public static string? Read(ReadOnlySpan<byte> bytes, LzopHeader header, out LzopBlock block)
    {
        block = new LzopBlock { HeaderLength = WordLength };
        ReadOnlySpan<byte> rest = bytes;
        if (!TryTake(ref rest, out uint plain))
        {
            return Cut;
        }

        if (plain == 0)
        {
            return null;
        }

        if (!TryTake(ref rest, out uint data))
        {
            return Cut;
        }

        if (plain > Longest || data > plain || data == 0)
        {
            return $"a block of {data} bytes for {plain} is not valid";
        }

        bool isPacked = data < plain;
        bool isWhole = TryTakeCheck(header.HasPlainAdler, ref rest, out uint? plainAdler)
            & TryTakeCheck(header.HasPlainCrc, ref rest, out uint? plainCrc)
            & TryTakeCheck(header.HasCompressedAdler && isPacked, ref rest, out uint? dataAdler)
            & TryTakeCheck(header.HasCompressedCrc && isPacked, ref rest, out uint? dataCrc);
        block = new LzopBlock
        {
            HeaderLength = bytes.Length - rest.Length,
            PlainLength = (int)plain,
            DataLength = (int)data,
            PlainAdler = plainAdler,
            PlainCrc = plainCrc,
            DataAdler = dataAdler,
            DataCrc = dataCrc,
        };
        return isWhole ? null : Cut;
    }

    public bool MatchesData(ReadOnlySpan<byte> data) => Matches(data, DataAdler, DataCrc);

    public bool MatchesPlain(ReadOnlySpan<byte> plain) => Matches(plain, PlainAdler, PlainCrc);

    private static bool Matches(ReadOnlySpan<byte> bytes, uint? adler, uint? crc) =>
        (adler is null || adler == LibLzo.Adler32(bytes)) && (crc is null || crc == LibLzo.Crc32(bytes));

    private static bool TryTake(ref ReadOnlySpan<byte> bytes, out uint word)
    {
        bool isThere = BinaryPrimitives.TryReadUInt32BigEndian(bytes, out word);
        bytes = bytes[(isThere ? WordLength : bytes.Length)..];
        return isThere;
    }

    private static bool TryTakeCheck(bool isExpected, ref ReadOnlySpan<byte> bytes, out uint? check)
    {
        uint word = 0;
        bool isThere = !isExpected || TryTake(ref bytes, out word);
        check = isExpected ? word : null;
        return isThere;
    }
}
