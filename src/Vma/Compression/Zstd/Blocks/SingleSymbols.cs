// SPDX-License-Identifier: MIT

namespace Vma.Compression.Zstd.Blocks;

/// <summary>Which of the three tables have one symbol only, and which, in 24 bits: 0 where a table is another one, else the symbol and 1.</summary>
internal readonly record struct SingleSymbols(uint Packed)
{
    public bool IsEmpty => Packed == 0;

    /// <summary>The only symbol of a code's table; null when the table is another one.</summary>
    public byte? Of(SequenceCode code) => (Packed >> 8 * (int)code & 0xff) is > 0 and var packed ? (byte)(packed - 1) : null;

    public SingleSymbols With(SequenceCode code, byte symbol) => new(Without(code).Packed | (symbol + 1u) << 8 * (int)code);

    public SingleSymbols Without(SequenceCode code) => new(Packed & ~(0xffu << 8 * (int)code));
}
