// SPDX-License-Identifier: MIT

using Vma.Format;

namespace Vma.Indexing;

/// <summary>
/// Has parts decoded that will be asked for next, for whoever reads on: about as many bytes as he has come forward. Who reads here and there, also in
/// a small area, must not make others' parts go. Thread-safe.
/// </summary>
/// <param name="table">The parts.</param>
/// <param name="cache">Where they go.</param>
/// <param name="most">How many parts with data are decoded ahead of one reader.</param>
internal sealed class DecodeAhead(PieceTable table, PieceCache cache, int most)
{
    /// <summary>Of each extent its header and its seal, which nobody need ask for, in bytes.</summary>
    public const int NotAsked = 2 * ExtentLayout.HeaderLength;

    /// <summary>How many can read on at different places, and still be seen to.</summary>
    private const int MostReaders = 8;

    /// <summary>
    /// How many parts without data are stepped over: of a run of extents that are all zeros no reader asks for one. 64 of them hold 236 MiB.
    /// </summary>
    private const int LongestGap = 64;

    private readonly Lock _gate = new();
    private readonly LinkedList<SequentialReader> _readers = new();
    private int _lastHeader = -2;

    /// <summary>To be told of each read of data, at a place in the plain bytes.</summary>
    public void Ask(long offset, int length)
    {
        if (most == 0)
        {
            return;
        }

        int part;
        long room;
        lock (_gate)
        {
            SequentialReader reader = ReaderAt(offset);
            if (!reader.TryAdvance(offset, length))
            {
                return;
            }

            part = table.Find(reader.Next - 1);
            if (part == reader.LastPart)
            {
                return;
            }

            (reader.LastPart, room) = (part, reader.Length);
        }

        Prefetch(part, room);
    }

    /// <summary>To be told of each read of a header. Who walks from one to the next, and finds one in each part, reads on.</summary>
    public void AskHeader(int part)
    {
        bool readsOn = most > 0 && part == _lastHeader + 1;
        _lastHeader = part;
        if (readsOn)
        {
            Prefetch(part, long.MaxValue);
        }
    }

    private void Prefetch(int part, long room)
    {
        for (int ahead = 0; ahead < most && room > 0 && NextWithData(part) is { } next; ahead++)
        {
            int length = table.PlainLengthOf(next);
            if (!cache.Prefetch(next, length))
            {
                return;
            }

            room -= length;
            part = next;
        }
    }

    private int? NextWithData(int part)
    {
        for (int next = part + 1; next < Math.Min(part + 2 + LongestGap, table.Count); next++)
        {
            if (table.PlainLengthOf(next) > NotAsked)
            {
                return next;
            }
        }

        return null;
    }

    /// <summary>Who reads around a place, or a new one, in place of the one that was seen last.</summary>
    private SequentialReader ReaderAt(long offset)
    {
        LinkedListNode<SequentialReader>? found = null;
        for (LinkedListNode<SequentialReader>? node = _readers.First; node is not null; node = node.Next)
        {
            if (node.Value.DistanceTo(offset) <= Math.Min(SequentialReader.Slack, (found?.Value.DistanceTo(offset) ?? long.MaxValue) - 1))
            {
                found = node;
            }
        }

        if (found is not null)
        {
            _readers.Remove(found);
        }
        else if (_readers.Count == MostReaders)
        {
            _readers.RemoveLast();
        }

        found ??= new LinkedListNode<SequentialReader>(new SequentialReader(offset));
        _readers.AddFirst(found);
        return found.Value;
    }
}
