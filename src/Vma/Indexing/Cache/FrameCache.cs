// SPDX-License-Identifier: MIT

using Vma.Threads;

namespace Vma.Indexing.Cache;

/// <summary>Decoded frames in bounded memory. <see cref="DecodedInput"/> says by which rules. Thread-safe.</summary>
/// <param name="limit">How much memory they may take, in bytes.</param>
/// <param name="decode">Decodes a frame into memory of at least its length; gives the fault or null.</param>
/// <param name="threads">How many are decoded at once, by threads that read and by threads that decode ahead.</param>
internal sealed class FrameCache(long limit, FrameCache.Decoder decode, int threads) : IDisposable
{
    /// <summary>
    /// Frames that were decoded ahead make room when so many others were entered since. Much sooner costs more than it gives: a client that reads
    /// a disk in ranges leaves some behind at the end of each, one processor second in ten with 32.
    /// </summary>
    private const int Stale = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, CachedFrame> _frames = [];
    private readonly LinkedList<CachedFrame> _byUse = [];
    private readonly WorkerGroup _threads = new(Math.Max(threads - 1, 1), "vma decode"); // a thread that waits for them helps
    private readonly SemaphoreSlim _decoders = new(threads);
    private long _bytes;
    private long _bytesInUse;
    private long _bytesAhead;
    private long _entered;
    private volatile bool _isClosed;

    public delegate string? Decoder(int index, byte[] plain);

    /// <summary>The memory of frames, decoded and not.</summary>
    public FrameMemory Memory { get; } = new();

    /// <summary>How much memory they take, for tests.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _bytes;
            }
        }
    }

    public bool Contains(int index)
    {
        lock (_gate)
        {
            return _frames.ContainsKey(index);
        }
    }

    /// <summary>Whether a frame can be had at once, for tests.</summary>
    public bool IsDecoded(int index)
    {
        lock (_gate)
        {
            return _frames.TryGetValue(index, out CachedFrame? frame) && frame.Decoding.IsDone;
        }
    }

    /// <summary>A frame, decoded. It stays until the lease is disposed of.</summary>
    public Lease Take(int index, int length)
    {
        CachedFrame frame;
        lock (_gate)
        {
            frame = Enter(index, length);
            SetAhead(frame, false);
        }

        try
        {
            while (!frame.Decoding.TryDo())
            {
                // Another thread is at it. While a core is idle, this thread decodes what is wanted next; else it waits.
                if (_decoders.CurrentCount == 0 || !_threads.TryHelp())
                {
                    frame.Decoding.Do();
                }
            }

            return new Lease(this, frame);
        }
        catch
        {
            Leave(frame, forget: true);
            throw;
        }
    }

    /// <summary>Has a frame decoded on another thread; false when there is no room for it.</summary>
    public bool Prefetch(int index, int length)
    {
        CachedFrame frame;
        lock (_gate)
        {
            if (_isClosed || _frames.ContainsKey(index))
            {
                return true;
            }

            long room = FrameMemory.RoomFor(length);
            if (_bytesInUse + 2 * room > limit || !HasRoomAhead(room))
            {
                return false;
            }

            frame = Enter(index, length);
            SetAhead(frame, true);
        }

        _threads.Add(() => DecodeForLater(frame));
        return true;
    }

    /// <summary>Has a frame decoded again when it is wanted next.</summary>
    public void Forget(int index)
    {
        lock (_gate)
        {
            if (_frames.TryGetValue(index, out CachedFrame? frame))
            {
                Forget(frame);
            }
        }
    }

    /// <summary>Returns when nothing is decoded ahead any more. No thread may be reading.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        _threads.Dispose();
        lock (_gate)
        {
            while (_byUse.First is { } node)
            {
                Forget(node.Value);
            }
        }
    }

    /// <summary>Under the lock.</summary>
    private CachedFrame Enter(int index, int length)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (_frames.TryGetValue(index, out CachedFrame? frame))
        {
            _byUse.Remove(frame.Node);
        }
        else
        {
            _bytes += FrameMemory.RoomFor(length);
            MakeRoom();
            frame = new CachedFrame(index, length, Memory.Rent(length), _entered++, DecodeInTurn);
            _frames.Add(index, frame);
        }

        _byUse.AddFirst(frame.Node);
        _bytesInUse += frame.Users++ == 0 ? frame.Plain.Length : 0;
        return frame;
    }

    private string? DecodeInTurn(int index, byte[] plain)
    {
        _decoders.Wait();
        try
        {
            return decode(index, plain);
        }
        finally
        {
            _decoders.Release();
        }
    }

    private void DecodeForLater(CachedFrame frame)
    {
        bool failed = true;
        try
        {
            if (!_isClosed)
            {
                // A thread that is at it already needs no help.
                frame.Decoding.TryDo();
                failed = false;
            }
        }
        catch (Exception)
        {
            // The thread that reads the frame tries again, and is told.
        }
        finally
        {
            Leave(frame, failed);
        }
    }

    /// <summary>Makes room for what is decoded ahead, at the cost of frames for which no caller came.</summary>
    private bool HasRoomAhead(long room)
    {
        for (LinkedListNode<CachedFrame>? node = _byUse.Last; node is not null && _bytesAhead + room > limit / 2;)
        {
            LinkedListNode<CachedFrame>? before = node.Previous;
            if (node.Value is { IsAhead: true, Users: 0 } && _entered - node.Value.Entered > Stale)
            {
                Forget(node.Value);
            }

            node = before;
        }

        return _bytesAhead + room <= limit / 2;
    }

    private void SetAhead(CachedFrame frame, bool isAhead)
    {
        if (frame.IsAhead != isAhead)
        {
            frame.IsAhead = isAhead;
            _bytesAhead += isAhead ? frame.Plain.Length : -frame.Plain.Length;
        }
    }

    private void Leave(CachedFrame frame, bool forget)
    {
        lock (_gate)
        {
            _bytesInUse -= --frame.Users == 0 ? frame.Plain.Length : 0;
            bool isSpent = frame is { Users: 0, IsAhead: false } && frame.Taken >= frame.Length - DecodeAhead.NotAsked;
            if ((forget || isSpent) && _frames.TryGetValue(frame.Index, out CachedFrame? known) && known == frame)
            {
                Forget(frame);
            }

            MakeRoom();
        }
    }

    private void Forget(CachedFrame frame)
    {
        SetAhead(frame, false);
        _frames.Remove(frame.Index);
        _byUse.Remove(frame.Node);
        _bytes -= frame.Plain.Length;
        if (frame.Users == 0)
        {
            Memory.Return(frame.Plain);
        }
    }

    private void MakeRoom()
    {
        for (LinkedListNode<CachedFrame>? node = _byUse.Last; node is not null && _bytes > limit;)
        {
            LinkedListNode<CachedFrame>? before = node.Previous;
            if (node.Value.Users == 0)
            {
                Forget(node.Value);
            }

            node = before;
        }
    }

    /// <summary>A decoded frame in use.</summary>
    public readonly ref struct Lease : IDisposable
    {
        private readonly FrameCache _cache;
        private readonly CachedFrame _frame;

        internal Lease(FrameCache cache, CachedFrame frame) => (_cache, _frame) = (cache, frame);

        /// <summary>Why it could not be decoded, or null.</summary>
        public string? Fault => _frame.Fault;

        /// <summary>Copies bytes from the place <paramref name="start"/> in the frame.</summary>
        public void CopyTo(int start, Span<byte> buffer)
        {
            _frame.Plain.AsSpan(start, buffer.Length).CopyTo(buffer);
            _frame.Take(buffer.Length);
        }

        public void Dispose() => _cache.Leave(_frame, forget: false);
    }
}
