// SPDX-License-Identifier: MIT

using System.Numerics;

namespace Vma.Tests.Compression.Spans;

/// <summary>Writes the sequences of a frame's blocks, with tables in each way that the format has.</summary>
internal sealed class SequenceWriter(Random random)
{
    private const int FromTheRules = 0, OfOneSymbol = 1, Described = 2, AsBefore = 3;

    private static readonly int[] RunBits = [.. new int[16], 1, 1, 1, 1, 2, 2, 3, 3, 4, .. Enumerable.Range(6, 11)];
    private static readonly int[] MatchBits = [.. new int[32], 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, .. Enumerable.Range(7, 10)];
    private static readonly (int[] Counts, int Log)[] Rules =
    [
        ([4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1], 6),
        ([1, 1, 1, 1, 1, 1, 2, 2, 2, .. Enumerable.Repeat(1, 15), -1, -1, -1, -1, -1], 5),
        ([1, 4, 3, 2, 2, 2, 2, 2, 2, .. Enumerable.Repeat(1, 37), -1, -1, -1, -1, -1, -1, -1], 6),
    ];

    private static readonly (int LargestSymbol, int LargestLog)[] Limits = [(35, 9), (20, 8), (52, 9)];

    private readonly CodeTable?[] _tables = new CodeTable?[3];
    private readonly bool[] _isFromTheRules = new bool[3];

    /// <summary>How often a block repeated a table of one symbol, which no dictionary can express.</summary>
    public int RepeatsOfOneSymbol { get; private set; }

    /// <summary>How often a block repeated a table that the format has.</summary>
    public int RepeatsOfTheRules { get; private set; }

    /// <summary>What stands behind a block's literals.</summary>
    public byte[] Write(IReadOnlyList<(int Run, int Offset, int Match)> sequences)
    {
        int count = sequences.Count;
        byte[] head = count < 128 ? [(byte)count] : [(byte)((count >> 8) + 128), (byte)(count & 0xff)];
        if (count == 0)
        {
            return head;
        }

        int[][] symbols =
        [
            [.. sequences.Select(static sequence => SymbolOf(RunBits, sequence.Run))],
            [.. sequences.Select(static sequence => BitOperations.Log2((uint)sequence.Offset))],
            [.. sequences.Select(static sequence => SymbolOf(MatchBits, sequence.Match - 3))],
        ];
        int modes = 0;
        List<byte> tables = [];
        var states = new (int State, int Value, int Bits)[3][];
        for (int code = 0; code < 3; code++)
        {
            int mode = Choose(code, symbols[code]);
            modes |= mode << (6 - 2 * code);
            tables.AddRange(mode == OfOneSymbol ? [(byte)symbols[code][0]] : mode == Described ? _tables[code]!.Describe() : []);
            states[code] = _tables[code]!.Encode(random, symbols[code]);
        }

        // The decoder reads backwards: what it reads first stands last, behind it a bit that ends all.
        List<(int Value, int Bits)> bits = [.. Enumerable.Range(0, 3).Select(code => (states[code][0].State, _tables[code]!.Log))];
        for (int i = 0; i < count; i++)
        {
            (int run, int offset, int match) = sequences[i];
            bits.Add((offset - (1 << symbols[1][i]), symbols[1][i]));
            bits.Add((match - 3 - BaseOf(MatchBits, symbols[2][i]), MatchBits[symbols[2][i]]));
            bits.Add((run - BaseOf(RunBits, symbols[0][i]), RunBits[symbols[0][i]]));
            bits.AddRange(((int[])[0, 2, 1]).Select(code => (states[code][i].Value, states[code][i].Bits)));
        }

        return [.. head, (byte)modes, .. tables, .. CodeTable.Pack([.. Enumerable.Reverse(bits), (1, 1)])];
    }

    private static int BaseOf(int[] bits, int symbol) => bits.Take(symbol).Sum(static count => 1 << count);

    private static int SymbolOf(int[] bits, int value)
    {
        int symbol = 0;
        for (int end = 1 << bits[0]; end <= value; end += 1 << bits[symbol])
        {
            symbol++;
        }

        return symbol;
    }

    /// <summary>Takes one of the ways that are possible, and gives its number.</summary>
    private int Choose(int code, int[] symbols)
    {
        List<int> ways = [Described];
        ways.AddRange(symbols.Max() < Rules[code].Counts.Length ? [FromTheRules] : []);
        ways.AddRange(symbols.Distinct().Count() == 1 ? [OfOneSymbol, OfOneSymbol, OfOneSymbol] : []);
        ways.AddRange(_tables[code] is { } before && symbols.All(before.Has) ? Enumerable.Repeat(AsBefore, 6) : []);
        int way = ways[random.Next(ways.Count)];
        if (way == AsBefore)
        {
            RepeatsOfOneSymbol += _tables[code]!.IsSingle ? 1 : 0;
            RepeatsOfTheRules += _isFromTheRules[code] ? 1 : 0;
            return way;
        }

        _isFromTheRules[code] = way == FromTheRules;
        _tables[code] = way switch
        {
            FromTheRules => CodeTable.Of(Rules[code].Counts, Rules[code].Log),
            OfOneSymbol => CodeTable.Single(symbols[0]),
            _ => CodeTable.Any(random, symbols, Limits[code].LargestSymbol, Limits[code].LargestLog),
        };
        return way;
    }
}
