// SPDX-License-Identifier: MIT

using System.Numerics;

namespace Vma.Tests.Compression.Spans;

/// <summary>A table of one code of sequences, made as RFC 8878 tells and not as the library does it, to encode by.</summary>
internal sealed class CodeTable
{
    private readonly int[] _counts;
    private readonly (int Symbol, int Bits, int Base)[] _cells;

    private CodeTable(int log, int[] counts, (int Symbol, int Bits, int Base)[] cells) => (Log, _counts, _cells) = (log, counts, cells);

    /// <summary>How many bits a state has.</summary>
    public int Log { get; }

    public bool IsSingle => Log == 0;

    /// <summary>A table of one symbol, which takes no bits.</summary>
    public static CodeTable Single(int symbol) => new(0, [.. Enumerable.Range(0, symbol + 1).Select(each => each == symbol ? 1 : 0)], [(symbol, 0, 0)]);

    /// <summary>A table in which each symbol stands so often, and with less than one in a cell -1.</summary>
    public static CodeTable Of(int[] counts, int log)
    {
        int size = 1 << log, high = size - 1, position = 0;
        var symbols = new int[size];
        foreach (int rare in Enumerable.Range(0, counts.Length).Where(symbol => counts[symbol] == -1))
        {
            symbols[high--] = rare;
        }

        foreach (int symbol in Enumerable.Range(0, counts.Length).SelectMany(symbol => Enumerable.Repeat(symbol, Math.Max(counts[symbol], 0))))
        {
            symbols[position] = symbol;
            do
            {
                position = (position + (size >> 1) + (size >> 3) + 3) % size;
            }
            while (position > high);
        }

        int[] next = [.. counts.Select(Math.Abs)];
        return new CodeTable(log, counts, [.. symbols.Select(symbol =>
        {
            int number = next[symbol]++, bits = log - BitOperations.Log2((uint)number);
            return (symbol, bits, (number << bits) - size);
        })]);
    }

    /// <summary>A table of these symbols, and sometimes of one more.</summary>
    public static CodeTable Any(Random random, int[] symbols, int largestSymbol, int largestLog)
    {
        int[] used = [.. symbols.Distinct()];
        used = used.Length > 1 ? used : [used[0], (used[0] + random.Next(1, largestSymbol + 1)) % (largestSymbol + 1)];
        int log = random.Next(Math.Max(5, BitOperations.Log2((uint)used.Length - 1) + 1), largestLog + 1);
        var counts = new int[used.Max() + 1];
        Array.ForEach(used, symbol => counts[symbol] = 1);
        for (int left = (1 << log) - used.Length, count; left > 0; left -= count)
        {
            count = random.Next(1, left + 1);
            counts[used[random.Next(used.Length)]] += count;
        }

        foreach (int symbol in used.Where(symbol => counts[symbol] == 1 && random.Next(2) == 0))
        {
            counts[symbol] = -1;
        }

        return Of(counts, log);
    }

    public bool Has(int symbol) => symbol < _counts.Length && _counts[symbol] != 0;

    /// <summary>The states by which these symbols come out, and the bits that lead from each to the next one.</summary>
    public (int State, int Value, int Bits)[] Encode(Random random, int[] symbols)
    {
        var states = new (int State, int Value, int Bits)[symbols.Length];
        int[] last = [.. Enumerable.Range(0, _cells.Length).Where(state => _cells[state].Symbol == symbols[^1])];
        states[^1] = (last[random.Next(last.Length)], 0, 0);
        for (int i = symbols.Length - 2; i >= 0; i--)
        {
            int next = states[i + 1].State;
            int state = Array.FindIndex(_cells, cell => cell.Symbol == symbols[i] && cell.Base <= next && next < cell.Base + (1 << cell.Bits));
            states[i] = (state, next - _cells[state].Base, _cells[state].Bits);
        }

        return states;
    }

    /// <summary>The description of the table, as it stands in a block.</summary>
    public byte[] Describe()
    {
        List<(int Value, int Bits)> bits = [(Log - 5, 4)];
        int left = 1 << Log;
        for (int symbol = 0; left > 0;)
        {
            int width = BitOperations.Log2((uint)left + 1) + 1, shorter = (1 << width) - 2 - left, value = _counts[symbol] + 1;
            bits.Add(value < shorter ? (value, width - 1) : (value + (value >= 1 << (width - 1) ? shorter : 0), width));
            left -= Math.Abs(_counts[symbol]);
            if (_counts[symbol++] == 0)
            {
                int zeros = Array.FindIndex(_counts, symbol, static count => count != 0) - symbol;
                symbol += zeros;
                bits.AddRange(Enumerable.Repeat((3, 2), zeros / 3));
                bits.Add((zeros % 3, 2));
            }
        }

        return Pack(bits);
    }

    /// <summary>Bits as bytes, the first ones lowest.</summary>
    public static byte[] Pack(IEnumerable<(int Value, int Bits)> bits)
    {
        List<byte> bytes = [];
        ulong word = 0;
        int count = 0;
        foreach ((int value, int width) in bits)
        {
            word |= (ulong)value << count;
            for (count += width; count >= 8; count -= 8, word >>= 8)
            {
                bytes.Add((byte)(word & 0xff));
            }
        }

        return count > 0 ? [.. bytes, (byte)word] : [.. bytes];
    }
}
