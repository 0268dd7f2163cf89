// SPDX-License-Identifier: MIT

using System.Numerics;

namespace Vma.Compression.Zstd.Blocks;

/// <summary>A table by which one of the three codes of sequences is decoded (RFC 8878, 4.1). It is filled again for each description.</summary>
internal sealed class SequenceTable(SequenceCode code)
{
    public const int MostCells = 1 << SequenceCodes.LargestLog;

    private const int SmallestLog = 5;

    private readonly Cell[] _cells = new Cell[MostCells];

    /// <summary>The table has 2 to the power of this many cells.</summary>
    public int Log { get; private set; }

    public ReadOnlySpan<Cell> Cells => _cells;

    /// <summary>Fills the table from a description, and gives the description's length; 0 when it is not valid.</summary>
    public int Fill(ReadOnlySpan<byte> description)
    {
        Span<short> counts = stackalloc short[SequenceCodes.MostSymbols];
        int length = ReadCounts(description, counts, out int symbols, out int log);
        if (length > 0)
        {
            Log = log;
            Spread(counts[..symbols]);
        }

        return length;
    }

    /// <summary>Makes a table of one symbol, which takes no bits; false when the code does not have it.</summary>
    public bool FillWith(byte symbol)
    {
        if (symbol > SequenceCodes.LargestSymbolOf(code))
        {
            return false;
        }

        Log = 0;
        _cells[0] = CellOf(symbol, 0, 0);
        return true;
    }

    /// <summary>Reads how often each symbol stands in the table; less than once is -1.</summary>
    private int ReadCounts(ReadOnlySpan<byte> bytes, Span<short> counts, out int symbols, out int log)
    {
        symbols = 0;
        int at = 0;
        log = ReadBits(bytes, ref at, 4) + SmallestLog;
        if (log > SequenceCodes.LargestLogOf(code))
        {
            return 0;
        }

        int left = 1 << log;
        while (left > 0)
        {
            // A value up to left + 1; the smallest ones take a bit less than the others.
            int width = BitOperations.Log2((uint)left + 1) + 1;
            int shorter = (1 << width) - 2 - left;
            int half = 1 << (width - 1);
            int value = ReadBits(bytes, ref at, width);
            if ((value & (half - 1)) < shorter)
            {
                value &= half - 1;
                at--;
            }
            else if (value >= half)
            {
                value -= shorter;
            }

            int count = value - 1;
            left -= Math.Abs(count);
            if (left < 0 || !TryAdd(counts, ref symbols, count))
            {
                return 0;
            }

            for (int repeats = 3; count == 0 && repeats == 3;)
            {
                repeats = ReadBits(bytes, ref at, 2);
                for (int i = 0; i < repeats; i++)
                {
                    if (!TryAdd(counts, ref symbols, 0))
                    {
                        return 0;
                    }
                }
            }
        }

        int length = (at + 7) / 8;
        return length <= bytes.Length ? length : 0;
    }

    private bool TryAdd(Span<short> counts, ref int symbols, int count)
    {
        if (symbols > SequenceCodes.LargestSymbolOf(code))
        {
            return false;
        }

        counts[symbols++] = (short)count;
        return true;
    }

    /// <summary>Bits from a place on, the lowest one first; behind the end they are zeros.</summary>
    private static int ReadBits(ReadOnlySpan<byte> bytes, ref int at, int count)
    {
        int value = 0;
        for (int i = 0; i < 3 && at / 8 + i < bytes.Length; i++)
        {
            value |= bytes[at / 8 + i] << (8 * i);
        }

        value = value >> at % 8 & ((1 << count) - 1);
        at += count;
        return value;
    }

    private void Spread(ReadOnlySpan<short> counts)
    {
        int size = 1 << Log;
        int high = size - 1;
        Span<byte> symbols = stackalloc byte[MostCells];
        Span<ushort> next = stackalloc ushort[SequenceCodes.MostSymbols];
        for (int symbol = 0; symbol < counts.Length; symbol++)
        {
            next[symbol] = (ushort)Math.Abs(counts[symbol]);
            if (counts[symbol] == -1)
            {
                symbols[high--] = (byte)symbol;
            }
        }

        int step = (size >> 1) + (size >> 3) + 3;
        int position = 0;
        for (int symbol = 0; symbol < counts.Length; symbol++)
        {
            for (int i = 0; i < counts[symbol]; i++)
            {
                symbols[position] = (byte)symbol;
                do
                {
                    position = (position + step) & (size - 1);
                }
                while (position > high);
            }
        }

        for (int i = 0; i < size; i++)
        {
            int number = next[symbols[i]]++;
            int bits = Log - BitOperations.Log2((uint)number);
            _cells[i] = CellOf(symbols[i], (number << bits) - size, bits);
        }
    }

    private Cell CellOf(int symbol, int nextState, int stateBits) =>
        new(SequenceCodes.BaseOf(code, symbol), (ushort)nextState, (byte)stateBits, SequenceCodes.BitsOf(code, symbol));

    /// <summary>What one state of the decoder gives.</summary>
    /// <param name="Base">The value, to which the extra bits are added.</param>
    /// <param name="NextState">The next state, to which its bits are added.</param>
    /// <param name="StateBits">How many bits the next state takes.</param>
    /// <param name="ExtraBits">How many bits the value takes.</param>
    internal readonly record struct Cell(uint Base, ushort NextState, byte StateBits, byte ExtraBits);
}
