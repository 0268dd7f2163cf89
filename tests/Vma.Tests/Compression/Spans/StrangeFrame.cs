// SPDX-License-Identifier: MIT

using System.Buffers.Binary;

namespace Vma.Tests.Compression.Spans;

/// <summary>
/// A zstd frame that is valid and that no common encoder makes: tables of every kind in any order, blocks without content, sequences of every form, windows
/// from 1 KiB to 1.9 MiB.
/// </summary>
internal sealed class StrangeFrame
{
    private readonly Random _random;
    private readonly SequenceWriter _sequences;
    private readonly List<byte> _bytes = [];
    private readonly List<byte> _plain = [];
    private readonly int _window;
    private readonly int _mostPlain;
    private int[] _offsets = [1, 4, 8];

    private StrangeFrame(int seed, int blocks)
    {
        _random = new Random(seed);
        _sequences = new SequenceWriter(_random);
        int exponent = OneOf(0, 1, 2, 3, 7, 8, 10), eighths = _random.Next(8);
        _window = (1 << (10 + exponent)) + (1 << (7 + exponent)) * eighths;
        _mostPlain = Math.Min(_window, 128 << 10);
        _bytes.AddRange([0x28, 0xb5, 0x2f, 0xfd, 0, (byte)(exponent << 3 | eighths)]);
        for (int i = 1; i <= blocks; i++)
        {
            AddBlock(isLast: i == blocks);
        }
    }

    public byte[] Bytes => [.. _bytes];

    public byte[] Plain => [.. _plain];

    /// <inheritdoc cref="SequenceWriter.RepeatsOfOneSymbol"/>
    public int RepeatsOfOneSymbol => _sequences.RepeatsOfOneSymbol;

    /// <inheritdoc cref="SequenceWriter.RepeatsOfTheRules"/>
    public int RepeatsOfTheRules => _sequences.RepeatsOfTheRules;

    private bool IsTooLong { get; set; }

    public static StrangeFrame Of(int seed, int blocks = 40)
    {
        StrangeFrame frame;
        do
        {
            frame = new StrangeFrame(seed, blocks);
            seed += 1_000_003;
        }
        while (frame.IsTooLong);
        return frame;
    }

    private T OneOf<T>(params T[] choices) => choices[_random.Next(choices.Length)];

    private byte[] Noise(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    private void AddBlock(bool isLast)
    {
        int kind = _random.Next(10) is > 1 ? 2 : _random.Next(2);
        int length = _random.Next(OneOf(_mostPlain, 20) + 1);
        byte[] content = kind switch
        {
            0 => Noise(length),
            1 => Noise(1),
            _ => Compressed(),
        };
        if (kind < 2)
        {
            _plain.AddRange(kind == 0 ? content : Enumerable.Repeat(content[0], length));
        }

        var header = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(header, (isLast ? 1 : 0) | kind << 1 | (kind == 1 ? length : content.Length) << 3);
        IsTooLong |= content.Length > _mostPlain;
        _bytes.AddRange([.. header[..3], .. content]);
    }

    private byte[] Compressed()
    {
        List<byte> literals = [];
        List<(int Run, int Offset, int Match)> sequences = [];
        int room = _mostPlain - 8;
        AddSequences(literals, sequences, ref room);
        byte[] rest = Noise(_random.Next(Math.Min(room, 30) + 1));
        rest = literals.Count == 0 && _random.Next(2) == 0 ? [.. Enumerable.Repeat((byte)7, rest.Length)] : rest;
        literals.AddRange(rest);
        _plain.AddRange(rest);
        bool isOneByte = literals.Count > 0 && literals.TrueForAll(literal => literal == literals[0]);
        int head = (isOneByte ? 1 : 0) | 3 << 2 | literals.Count << 4;
        byte[] section = [(byte)(head & 0xff), (byte)(head >> 8 & 0xff), (byte)(head >> 16), .. isOneByte ? [literals[0]] : literals];
        return [.. section, .. _sequences.Write(sequences)];
    }

    private void AddSequences(List<byte> literals, List<(int Run, int Offset, int Match)> sequences, ref int room)
    {
        bool isUniform = _random.Next(5) == 0;
        double repeats = OneOf(0.1, 0.1, 0.5, 1);
        (int uniformRun, int uniformMatch) = (OneOf(0, 0, 3, 17), OneOf(3, 4, 40));
        int? uniformCode = null;
        for (int left = OneOf(0, 1, 1, 2, 3, _random.Next(1, 41), _random.Next(1, 301)); left > 0; left--)
        {
            int run = isUniform ? uniformRun : (int)Math.Pow(2, _random.NextDouble() * 6) - 1;
            int match = isUniform ? uniformMatch : 2 + (int)Math.Pow(2, _random.NextDouble() * 8);
            run = _plain.Count + run == 0 ? _random.Next(1, 10) : run;
            if (run + match > room || Value(run, isUniform ? 0.5 : repeats, uniformCode) is not (> 0 and var value))
            {
                return;
            }

            uniformCode ??= isUniform ? System.Numerics.BitOperations.Log2((uint)value) : null;
            byte[] content = _random.Next(10) < 7 ? Noise(run) : new byte[run];
            literals.AddRange(content);
            _plain.AddRange(content);
            int offset = OffsetOf(value, run);
            for (int i = 0; i < match; i++)
            {
                _plain.Add(_plain[^offset]);
            }

            _offsets = (value > 3 ? 3 : value - 1 + (run == 0 ? 1 : 0)) switch
            {
                0 => _offsets,
                1 => [_offsets[1], _offsets[0], _offsets[2]],
                _ => [offset, _offsets[0], _offsets[1]],
            };
            sequences.Add((run, value, match));
            room -= run + match;
        }
    }

    private int OffsetOf(int value, int run)
    {
        int which = value - 1 + (run == 0 ? 1 : 0);
        return value > 3 ? value - 3 : which < 3 ? _offsets[which] : _offsets[0] - 1;
    }

    /// <summary>A value for an offset, of this code where one is given; 0 when there is none.</summary>
    private int Value(int run, double repeats, int? code)
    {
        int furthest = Math.Min(_plain.Count + run, _window);
        int[] again = [.. ((int[])[1, 2, 3]).Where(value => OffsetOf(value, run) is > 0 and var offset && offset <= furthest)];
        if (code is { } bits)
        {
            int low = Math.Max(4, 1 << bits), high = Math.Min((2 << bits) - 1, 3 + furthest);
            again = [.. again.Where(value => System.Numerics.BitOperations.Log2((uint)value) == bits)];
            return bits < 2 ? (again.Length > 0 ? OneOf(again) : 0) : low <= high ? _random.Next(low, high + 1) : 0;
        }

        return again.Length > 0 && _random.NextDouble() < repeats ? OneOf(again) : 3 + (_random.Next(10) < 7 ? _random.Next(1, furthest + 1) : furthest);
    }
}
