// SPDX-License-Identifier: MIT

using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vma.Compression.Zstd.Blocks;

/// <summary>Follows the sequences of a block: what they copy from where, and the offsets that they leave behind (RFC 8878, 3.1.1.3.2.1.2).</summary>
internal static class SequenceReader
{
    /// <summary>How many bytes in front of the content may be read, whatever they are: words are read up to a bit.</summary>
    public const int Margin = 2 * sizeof(ulong);

    /// <summary>How many bits a word has at least that was read up to any bit.</summary>
    private const int SureBits = 57;

    /// <summary>How many bits three codes' next states can take.</summary>
    private const int MostStateBits = 3 * SequenceCodes.LargestLog;

    /// <summary>Follows all sequences of a block; gives how many bytes they make with the literals behind them, or -1 when they are not valid.</summary>
    /// <param name="content">The block's content, with <see cref="Margin"/> bytes in front that may be read.</param>
    /// <param name="start">Where in it the sequences begin.</param>
    /// <param name="count">How many there are, at least 1.</param>
    /// <param name="literals">How many literals the block has.</param>
    /// <param name="state">The tables, and the last offsets, which are moved on.</param>
    /// <param name="position">Where in the frame's plain bytes the block begins.</param>
    /// <param name="marks">Takes what is copied from the window.</param>
    public static unsafe int Follow(
        ReadOnlySpan<byte> content, int start, int count, int literals, EntropyState state, long position, WindowMarks marks)
    {
        if (content.Length <= start || content[^1] == 0)
        {
            return -1;
        }

        unchecked
        {
            (uint first, uint second, uint third) = (state.Offsets.First, state.Offsets.Second, state.Offsets.Third);
            SequenceTable literalsTable = state.TableOf(SequenceCode.LiteralsLength);
            SequenceTable offsetTable = state.TableOf(SequenceCode.Offset);
            SequenceTable matchTable = state.TableOf(SequenceCode.MatchLength);
            fixed (byte* bytes = content)
            fixed (SequenceTable.Cell* literalsCells = literalsTable.Cells, offsetCells = offsetTable.Cells, matchCells = matchTable.Cells)
            {
                byte* from = bytes + start;
                long left = (content.Length - start - 1) * 8L + BitOperations.Log2(content[^1]);
                ulong word = Load(from, left);
                uint literalsState = Take(ref word, literalsTable.Log);
                uint offsetState = Take(ref word, offsetTable.Log);
                uint matchState = Take(ref word, matchTable.Log);
                left -= literalsTable.Log + offsetTable.Log + matchTable.Log;
                long at = position;
                long literalsUsed = 0;
                for (int i = count; i > 0; i--)
                {
                    if (left < 0)
                    {
                        return -1;
                    }

                    SequenceTable.Cell literalsCell = literalsCells[literalsState];
                    SequenceTable.Cell offsetCell = offsetCells[offsetState];
                    SequenceTable.Cell matchCell = matchCells[matchState];
                    word = Load(from, left);
                    int extra = offsetCell.ExtraBits + matchCell.ExtraBits + literalsCell.ExtraBits;
                    uint value = offsetCell.Base + Take(ref word, offsetCell.ExtraBits);
                    uint match = matchCell.Base + Take(ref word, matchCell.ExtraBits);
                    if (extra > SureBits - MostStateBits)
                    {
                        word = Load(from, left - offsetCell.ExtraBits - matchCell.ExtraBits);
                    }

                    uint run = literalsCell.Base + Take(ref word, literalsCell.ExtraBits);
                    left -= extra;
                    uint offset;
                    if (value > 3)
                    {
                        offset = value - 3;
                        (first, second, third) = (offset, first, second);
                    }
                    else
                    {
                        uint which = value - 1 + (run == 0 ? 1u : 0u);
                        if (which == 0)
                        {
                            offset = first;
                        }
                        else if (which == 1)
                        {
                            offset = second;
                            (first, second) = (offset, first);
                        }
                        else
                        {
                            offset = which == 2 ? third : first - 1;
                            (first, second, third) = (offset, first, second);
                        }
                    }

                    literalsUsed += run;
                    at += run;
                    if (!marks.TryCopy(at, offset, match))
                    {
                        return -1;
                    }

                    at += match;
                    if (i > 1)
                    {
                        literalsState = literalsCell.NextState + Take(ref word, literalsCell.StateBits);
                        matchState = matchCell.NextState + Take(ref word, matchCell.StateBits);
                        offsetState = offsetCell.NextState + Take(ref word, offsetCell.StateBits);
                        left -= literalsCell.StateBits + matchCell.StateBits + offsetCell.StateBits;
                    }
                }

                long plain = at - position + literals - literalsUsed;
                if (left != 0 || literalsUsed > literals || plain > BlockHeader.LongestPlain)
                {
                    return -1;
                }

                state.Offsets = new RepeatOffsets(first, second, third);
                return (int)plain;
            }
        }
    }

    /// <summary>The bits below a place, the next one at the top.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe ulong Load(byte* from, long left)
    {
        long end = (left + 7) >> 3;
        ulong word = Unsafe.ReadUnaligned<ulong>(from + end - sizeof(ulong));
        return (BitConverter.IsLittleEndian ? word : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word)) << (int)(end * 8 - left);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Take(ref ulong word, int count)
    {
        uint taken = (uint)(word >> 1 >> (63 - count));
        word <<= count;
        return taken;
    }
}
