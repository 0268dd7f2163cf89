// SPDX-License-Identifier: MIT

using System.Buffers.Binary;

namespace Vma.Compression.Zstd.Blocks;

/// <summary>
/// What a decoder of a frame carries from block to block beside the window: the Huffman tree, the tables of the three codes and the last three offsets.
/// All but the offsets are kept as their descriptions, which a dictionary takes as they are.
/// </summary>
internal sealed class EntropyState
{
    private const uint DictionaryMagic = 0xEC30A437;
    private const int LongestTree = 129;
    private const int LongestDescription = 96;

    /// <summary>The most that <see cref="WriteTables"/> takes.</summary>
    public const int LongestTables = 8 + LongestTree + SequenceCodes.Count * LongestDescription + 12;

    private readonly byte[] _tree = new byte[LongestTree];
    private readonly byte[][] _descriptions = [new byte[LongestDescription], new byte[LongestDescription], new byte[LongestDescription]];
    private readonly int[] _lengths = new int[SequenceCodes.Count];
    private readonly SequenceTable[] _tables =
        [new SequenceTable(SequenceCode.LiteralsLength), new SequenceTable(SequenceCode.Offset), new SequenceTable(SequenceCode.MatchLength)];
    private int _treeLength;

    /// <summary>The last three offsets, the last one first.</summary>
    public RepeatOffsets Offsets;

    public SequenceTable TableOf(SequenceCode code) => _tables[(int)code];

    /// <summary>The symbols of the tables that have one only, which no dictionary can express.</summary>
    public SingleSymbols Singles { get; private set; }

    /// <summary>Begins a frame.</summary>
    public void Reset()
    {
        _treeLength = 0;
        Array.Clear(_lengths);
        Singles = default;
        Offsets = RepeatOffsets.Initial;
    }

    /// <summary>Takes in the tables of a compressed block; false when they are not valid.</summary>
    /// <param name="content">The block's content.</param>
    /// <param name="literals">Its literals.</param>
    /// <param name="sequences">The header of its sequences.</param>
    /// <param name="sequencesAt">Where the sequences themselves begin then.</param>
    public bool TryTake(ReadOnlySpan<byte> content, out LiteralsSection literals, out SequencesHeader sequences, out int sequencesAt)
    {
        (sequences, sequencesAt) = (default, 0);
        if (LiteralsSection.Read(content) is not { } section)
        {
            literals = default;
            return false;
        }

        literals = section;
        if (SequencesHeader.Read(content[literals.Length..]) is not { } header)
        {
            return false;
        }

        sequences = header;
        if (literals.TreeLength > 0)
        {
            _treeLength = literals.TreeLength;
            content.Slice(literals.TreeAt, _treeLength).CopyTo(_tree);
        }

        sequencesAt = literals.Length + header.Length;
        return header.Count == 0 || TryTakeTables(content, header, ref sequencesAt);
    }

    /// <summary>
    /// Writes the start of a dictionary by which a decoder gets this state, in front of the window's bytes, and gives its length. A tree or a table that was
    /// never there becomes any valid one: no block uses it.
    /// </summary>
    public int WriteTables(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, DictionaryMagic);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], 1);
        int length = 8;
        Append(destination, ref length, _treeLength > 0 ? _tree.AsSpan(0, _treeLength) : [0x80, 0x10]);
        foreach (SequenceCode code in (ReadOnlySpan<SequenceCode>)[SequenceCode.Offset, SequenceCode.MatchLength, SequenceCode.LiteralsLength])
        {
            int described = _lengths[(int)code];
            Append(destination, ref length, described > 0 ? _descriptions[(int)code].AsSpan(0, described) : SequenceCodes.PredefinedOf(code));
        }

        foreach (uint offset in (ReadOnlySpan<uint>)[Offsets.First, Offsets.Second, Offsets.Third])
        {
            BinaryPrimitives.WriteUInt32LittleEndian(destination[length..], offset);
            length += sizeof(uint);
        }

        return length;
    }

    private static void Append(Span<byte> destination, ref int length, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(destination[length..]);
        length += bytes.Length;
    }

    private bool TryTakeTables(ReadOnlySpan<byte> content, SequencesHeader header, ref int at)
    {
        for (SequenceCode code = 0; (int)code < SequenceCodes.Count; code++)
        {
            int length = Take(code, header.ModeOf(code), content[at..]);
            if (length < 0)
            {
                return false;
            }

            at += length;
        }

        return true;
    }

    /// <summary>Takes in the table of a code, and gives the length of what describes it, or -1.</summary>
    private int Take(SequenceCode code, TableMode mode, ReadOnlySpan<byte> bytes)
    {
        int index = (int)code;
        switch (mode)
        {
            case TableMode.Predefined:
                _lengths[index] = 0;
                Singles = Singles.Without(code);
                return _tables[index].Fill(SequenceCodes.PredefinedOf(code)) > 0 ? 0 : -1;
            case TableMode.Single:
                _lengths[index] = 0;
                if (bytes.IsEmpty || !_tables[index].FillWith(bytes[0]))
                {
                    return -1;
                }

                Singles = Singles.With(code, bytes[0]);
                return 1;
            case TableMode.Described:
                int length = _tables[index].Fill(bytes);
                if (length is 0 or > LongestDescription)
                {
                    return -1;
                }

                Singles = Singles.Without(code);
                _lengths[index] = length;
                bytes[..length].CopyTo(_descriptions[index]);
                return length;
            default:
                return 0;
        }
    }
}

/// <summary>The last three offsets of a frame.</summary>
internal record struct RepeatOffsets(uint First, uint Second, uint Third)
{
    public static readonly RepeatOffsets Initial = new(1, 4, 8);
}
