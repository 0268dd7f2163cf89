// SPDX-License-Identifier: MIT

using Vma.Compression.Formats;
using Vma.Format;

namespace Vma.Indexing.Cache;

/// <summary>
/// Has other threads decode the frames that a caller will ask for next, when it reads forward: about as many bytes as it has read so far. A caller that reads
/// here and there, also in a small area, must not drive out the frames of others. Thread-safe.
/// </summary>
/// <param name="table">The frames.</param>
/// <param name="cache">Where they go.</param>
/// <param name="most">How many frames with data are decoded ahead of one reader.</param>
internal sealed class DecodeAhead(FrameTable table, FrameCache cache, int most)
{
    /// <summary>How long the header and the seal of an extent are, in bytes, for which a caller need not ask.</summary>
    public const int NotAsked = 2 * ExtentLayout.HeaderLength;

    /// <summary>How many callers can read forward at different places, and still be told apart.</summary>
    private const int MostReaders = 8;

    /// <summary>
    /// How many frames without data are passed over: no reader asks for extents that are all zeros. 64 of them hold 236 MiB.
    /// </summary>
    private const int LongestGap = 64;

    private readonly Lock _gate = new();
    private readonly LinkedList<SequentialReader> _readers = new();
    private int _lastHeader = -2;

    /// <summary>The input calls it for each read of data, with the place in the plain bytes.</summary>
    public void Ask(long offset, int length)
    {
        if (most == 0)
        {
            return;
        }

        int frame;
        long room;
        lock (_gate)
        {
            SequentialReader reader = ReaderAt(offset);
            if (!reader.TryAdvance(offset, length))
            {
                return;
            }

            frame = table.Find(reader.Next - 1);
            if (frame == reader.LastFrame)
            {
                return;
            }

            (reader.LastFrame, room) = (frame, reader.Length);
        }

        Prefetch(frame, room);
    }

    /// <summary>The input calls it for each read of a header. A caller that reads the headers of one frame after the other reads forward.</summary>
    public void AskHeader(int frame)
    {
        bool readsOn = most > 0 && frame == _lastHeader + 1;
        _lastHeader = frame;
        if (readsOn)
        {
            Prefetch(frame, long.MaxValue);
        }
    }

    private void Prefetch(int frame, long room)
    {
        for (int ahead = 0; ahead < most && room > 0 && NextWithData(frame) is { } next; ahead++)
        {
            int length = table[next].PlainLength;
            if (!cache.Prefetch(next, length))
            {
                return;
            }

            room -= length;
            frame = next;
        }
    }

    private int? NextWithData(int frame)
    {
        for (int next = frame + 1; next < Math.Min(frame + 2 + LongestGap, table.Count); next++)
        {
            if (table[next].PlainLength > NotAsked)
            {
                return next;
            }
        }

        return null;
    }

    /// <summary>The reader around a place; a new one takes the place of the one that was longest not seen.</summary>
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
