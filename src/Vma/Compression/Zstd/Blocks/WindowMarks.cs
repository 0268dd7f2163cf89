// SPDX-License-Identifier: MIT

using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vma.Compression.Zstd.Blocks;

/// <summary>
/// Which bytes in front of a checkpoint are copied by sequences behind it: the others need not be kept. A bit for each byte of the window. Not thread-safe.
/// </summary>
internal sealed class WindowMarks
{
    private const int BitsOfWord = 64;

    private ulong[] _words = [];
    private long _windowLength;
    private int _length;

    /// <summary>The checkpoint, counted in the frame's plain bytes.</summary>
    public long Checkpoint { get; private set; }

    /// <summary>Begins to mark behind a checkpoint.</summary>
    /// <param name="checkpoint">Its place in the frame's plain bytes.</param>
    /// <param name="windowLength">How far back the frame's sequences may reach, in bytes.</param>
    public void Begin(long checkpoint, long windowLength)
    {
        (Checkpoint, _windowLength) = (checkpoint, windowLength);
        _length = (int)Math.Min(checkpoint, windowLength);
        int words = _length / BitsOfWord + 2;
        if (_words.Length < words)
        {
            _words = new ulong[words];
        }
        else
        {
            _words.AsSpan(0, words).Clear();
        }
    }

    /// <summary>Takes in a copy of <paramref name="length"/> bytes to the place <paramref name="to"/>; false when a decoder could not do it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryCopy(long to, uint offset, uint length)
    {
        long from = to - offset;
        if (from < Checkpoint)
        {
            return TryMark(from, to, offset, length);
        }

        return offset != 0 && offset <= _windowLength;
    }

    /// <summary>The lowest byte from a place in the window on that is marked; the window's end when there is none.</summary>
    public int NextMarked(int start) => Next(start, 0);

    /// <summary>The lowest byte from a place in the window on that is not marked.</summary>
    public int NextUnmarked(int start) => Next(start, ulong.MaxValue);

    /// <summary>How long the window is in front of the checkpoint, in bytes.</summary>
    public int Length => _length;

    private int Next(int start, ulong flip)
    {
        for (int word = start / BitsOfWord; start < _length; start = ++word * BitsOfWord)
        {
            ulong bits = (_words[word] ^ flip) >> start % BitsOfWord;
            if (bits != 0)
            {
                return Math.Min(start + BitOperations.TrailingZeroCount(bits), _length);
            }
        }

        return _length;
    }

    private bool TryMark(long from, long to, uint offset, uint length)
    {
        long start = from - (Checkpoint - _length);
        if (start < 0 || offset > _windowLength)
        {
            return false;
        }

        int first = (int)start;
        int end = (int)Math.Min(start + Math.Min(length, to - from), _length);
        int firstWord = first / BitsOfWord;
        int lastWord = (end - 1) / BitsOfWord;
        ulong firstBits = ulong.MaxValue << first % BitsOfWord;
        ulong lastBits = ulong.MaxValue >> (BitsOfWord - 1 - (end - 1) % BitsOfWord);
        if (firstWord == lastWord)
        {
            _words[firstWord] |= firstBits & lastBits;
            return true;
        }

        _words[firstWord] |= firstBits;
        _words.AsSpan(firstWord + 1, lastWord - firstWord - 1).Fill(ulong.MaxValue);
        _words[lastWord] |= lastBits;
        return true;
    }
}
