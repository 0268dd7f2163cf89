// SPDX-License-Identifier: MIT

namespace Vma.Compression.Zstd.Blocks;

/// <summary>What the three codes of a sequence are for, in the order in which a block describes their tables.</summary>
internal enum SequenceCode
{
    LiteralsLength,
    Offset,
    MatchLength,
}

/// <summary>What is fixed for each of the three codes (RFC 8878, 3.1.1.3.2.1 and 3.1.1.3.2.2).</summary>
internal static class SequenceCodes
{
    public const int Count = 3;

    /// <summary>The longest table of any code has 2 to the power of this many cells.</summary>
    public const int LargestLog = 9;

    private const int LargestSymbol = 52;

    /// <summary>Room for the counts of any code's symbols.</summary>
    public const int MostSymbols = LargestSymbol + 1;

    private static readonly uint[] LiteralsBases =
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 28, 32, 40, 48, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768,
        65536,
    ];

    private static readonly byte[] LiteralsBits =
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
    ];

    private static readonly uint[] MatchBases =
    [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 37, 39, 41, 43, 47, 51,
        59, 67, 83, 99, 131, 259, 515, 1027, 2051, 4099, 8195, 16387, 32771, 65539,
    ];

    private static readonly byte[] MatchBits =
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12,
        13, 14, 15, 16,
    ];

    /// <summary>The predefined distributions, written as the descriptions that a dictionary needs.</summary>
    private static readonly byte[][] Predefined =
    [
        [0x51, 0x10, 0x63, 0x8c, 0x31, 0xc6, 0x18, 0x63, 0x0c, 0x21, 0xc4, 0x18, 0x63, 0x66, 0x66, 0x86, 0x46, 0x92, 0x04, 0x00],
        [0x20, 0x84, 0x10, 0x42, 0x66, 0x46, 0x44, 0x44, 0x44, 0x44, 0x24, 0x49, 0x02, 0x00],
        [
            0x21, 0x14, 0xc4, 0x18, 0x63, 0x8c, 0x21, 0x84, 0x10, 0x42, 0x08, 0x21, 0x84, 0x10, 0x42, 0x08, 0x21, 0x44, 0x44, 0x44, 0x44, 0x44, 0x44, 0x44,
            0x44, 0x24, 0x09, 0x00, 0x00,
        ],
    ];

    /// <summary>The symbols of a code are 0 to this one.</summary>
    public static int LargestSymbolOf(SequenceCode code) => code switch
    {
        SequenceCode.LiteralsLength => 35,
        SequenceCode.Offset => 31,
        _ => LargestSymbol,
    };

    public static int LargestLogOf(SequenceCode code) => code == SequenceCode.Offset ? 8 : LargestLog;

    public static ReadOnlySpan<byte> PredefinedOf(SequenceCode code) => Predefined[(int)code];

    /// <summary>The value of a symbol, to which its extra bits are added.</summary>
    public static uint BaseOf(SequenceCode code, int symbol) => code switch
    {
        SequenceCode.LiteralsLength => LiteralsBases[symbol],
        SequenceCode.Offset => 1u << symbol,
        _ => MatchBases[symbol],
    };

    /// <summary>How many extra bits a symbol has.</summary>
    public static byte BitsOf(SequenceCode code, int symbol) => code switch
    {
        SequenceCode.LiteralsLength => LiteralsBits[symbol],
        SequenceCode.Offset => (byte)symbol,
        _ => MatchBits[symbol],
    };
}
