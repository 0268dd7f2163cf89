// SPDX-License-Identifier: MIT

namespace Vma.Indexing.Cache;

/// <summary>A caller that may be reading forward. Its reads show it: they are around one place, which moves forward, and they leave out little.</summary>
/// <param name="offset">Where it begins.</param>
internal sealed class SequentialReader(long offset)
{
    /// <summary>
    /// How far from its place a read may be, in bytes: several requests of one client come in any order, and it may pass over zeros.
    /// </summary>
    public const int Slack = 8 << 20;

    /// <summary>How much must have been read, in bytes, before the caller counts as reading forward.</summary>
    private const int Shortest = 1 << 20;

    /// <summary>One byte in so many must have been read: requests come out of order, or leave out holes. Reads at random cover far less.</summary>
    private const int Sparsest = 8;

    /// <summary>Over how many bytes it is remembered what was left out.</summary>
    private const int Memory = 64 << 20;

    private long _start = offset;
    private long _read;

    /// <summary>Behind the furthest byte that was read.</summary>
    public long Next { get; private set; } = offset;

    /// <summary>How much it has read on, in bytes, as far as it is remembered.</summary>
    public long Length => Next - _start;

    /// <summary>The frame behind which frames were decoded the last time.</summary>
    public int LastFrame { get; set; } = -1;

    public long DistanceTo(long place) => Math.Abs(place - Next);

    /// <summary>Takes in a read; true when it moved the place forward, and all reads together are those of a caller that reads forward.</summary>
    public bool TryAdvance(long place, int length)
    {
        long end = place + length;
        if (end <= Next)
        {
            return false;
        }

        _read += Math.Min(length, end - Next);
        Next = end;
        bool readsOn = Length >= Shortest && _read * Sparsest >= Length;
        if (Length > Memory)
        {
            (_start, _read) = (Next - Length / 2, _read / 2);
        }

        return readsOn;
    }
}
