// SPDX-License-Identifier: MIT

namespace Vma.Compression.Zstd.Blocks;

/// <summary>How many sequences a block has, and how their tables are given (RFC 8878, 3.1.1.3.2.1).</summary>
/// <param name="Count">How many sequences follow.</param>
/// <param name="Modes">The byte of the modes; it is there when there are sequences.</param>
/// <param name="Length">How many bytes the header takes, with the modes.</param>
internal readonly record struct SequencesHeader(int Count, byte Modes, int Length)
{
    /// <summary>Reads the header at the start of a block's sequences; null when it is cut.</summary>
    public static SequencesHeader? Read(ReadOnlySpan<byte> section) => section switch
    {
        [0, ..] => new SequencesHeader(0, 0, 1),
        [< 128, byte modes, ..] => new SequencesHeader(section[0], modes, 2),
        [>= 128 and < 255, byte low, byte modes, ..] => new SequencesHeader((section[0] - 128 << 8) + low, modes, 3),
        [255, byte low, byte high, byte modes, ..] => new SequencesHeader(low + (high << 8) + 0x7f00, modes, 4),
        _ => null,
    };

    public TableMode ModeOf(SequenceCode code) => (TableMode)(Modes >> ShiftOf(code) & 3);

    /// <summary>The byte of the modes with another mode for one code.</summary>
    public byte ModesWith(SequenceCode code, TableMode mode) => (byte)(Modes & ~(3 << ShiftOf(code)) | (int)mode << ShiftOf(code));

    private static int ShiftOf(SequenceCode code) => 6 - 2 * (int)code;
}

/// <summary>How a block gives the table of a code, by its number in the header.</summary>
internal enum TableMode
{
    Predefined,
    Single,
    Described,
    Repeat,
}
