// SPDX-License-Identifier: MIT

using Vma.Compression;
using Vma.Threads;

namespace Vma.Indexing;

/// <summary>
/// Decoded parts of an archive, the ones last used, in bounded memory: those that somebody is reading count too, but stay. A part of which as many
/// bytes were taken as it has is forgotten, so that whoever reads on and on works in memory that is in the processor's cache. The lock is held
/// only to look a part up; it is decoded by whoever comes first, while who else wants it decodes what is wanted next, or waits. Thread-safe.
/// </summary>
/// <param name="limit">How much memory they may take, in bytes, with what is kept for others.</param>
/// <param name="decode">Decodes a part into memory of at least its length; gives the fault or null.</param>
/// <param name="threads">How many are decoded at once, by those who read and by threads that decode for later.</param>
internal sealed class PieceCache(long limit, PieceCache.Decoder decode, int threads) : IDisposable
{
    private const long LeastSpares = 16 << 20;

    /// <summary>
    /// What was decoded for later is for nobody when so many other parts were decoded since, and makes room. Much sooner costs more than it gives: a client that reads
    /// a disk in stretches leaves some behind at the end of each, one processor second in ten with 32.
    /// </summary>
    private const int Stale = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, CachedPart> _entries = [];
    private readonly LinkedList<CachedPart> _byUse = [];
    private readonly SpareBuffers _spares = new(Math.Max(limit, LeastSpares));
    private readonly SemaphoreSlim _decoders = new(threads);
    private readonly WorkerGroup _threads = new(Math.Max(threads - 1, 1), "vma decode"); // who waits for them helps
    private long _bytes;
    private long _bytesInUse;
    private long _bytesAhead;
    private long _entered;
    private bool _isClosed;

    public delegate string? Decoder(int index, byte[] plain);

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
            return _entries.ContainsKey(index);
        }
    }

    /// <summary>Whether a part can be had at once, for tests.</summary>
    public bool IsDecoded(int index)
    {
        lock (_gate)
        {
            return _entries.TryGetValue(index, out CachedPart? entry) && entry.IsDecoded;
        }
    }

    /// <summary>A part, decoded. It stays until the lease is disposed of.</summary>
    public Lease Take(int index, int length)
    {
        CachedPart entry;
        lock (_gate)
        {
            entry = Enter(index, length);
            SetAhead(entry, false);
        }

        try
        {
            Decode(entry);
            return new Lease(this, entry);
        }
        catch
        {
            Leave(entry, forget: true);
            throw;
        }
    }

    /// <summary>Has a part decoded on another thread; false when there is no room for it.</summary>
    public bool Prefetch(int index, int length)
    {
        CachedPart entry;
        lock (_gate)
        {
            if (_isClosed || _entries.ContainsKey(index))
            {
                return true;
            }

            // What is decoded for later must leave room for what is read now, and not push out what was decoded for others.
            long room = SpareBuffers.RoomFor(length);
            if (_bytesInUse + 2 * room > limit || !HasRoomAhead(room))
            {
                return false;
            }

            entry = Enter(index, length);
            SetAhead(entry, true);
        }

        _threads.Add(() => DecodeForLater(entry));
        return true;
    }

    /// <summary>Has a part decoded again when it is wanted next.</summary>
    public void Forget(int index)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(index, out CachedPart? entry))
            {
                Forget(entry);
            }
        }
    }

    /// <summary>Returns when nothing is decoded for later any more. Nobody may be reading.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        _threads.Dispose();
    }

    /// <summary>Under the lock.</summary>
    private CachedPart Enter(int index, int length)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (_entries.TryGetValue(index, out CachedPart? entry))
        {
            _byUse.Remove(entry.Node);
        }
        else
        {
            int room = SpareBuffers.RoomFor(length);
            _bytes += room;
            MakeRoom();
            entry = new CachedPart(index, length, _spares.Take(length), _entered++);
            _entries.Add(index, entry);
        }

        _byUse.AddFirst(entry.Node);
        _bytesInUse += entry.Users++ == 0 ? entry.Plain.Length : 0;
        return entry;
    }

    private void Decode(CachedPart entry)
    {
        while (!TryDecode(entry))
        {
            // Another thread is at it. Better than to wait, and leave a core idle, is to decode what will be wanted next; when none is idle, not.
            if (_decoders.CurrentCount == 0 || !_threads.TryHelp())
            {
                entry.Decode(decode, _decoders);
                return;
            }
        }
    }

    private void DecodeForLater(CachedPart entry)
    {
        bool failed = true;
        try
        {
            if (!Volatile.Read(ref _isClosed))
            {
                // A thread that is at it already needs no help.
                TryDecode(entry);
                failed = false;
            }
        }
        catch (Exception)
        {
            // The thread that reads the part tries again, and is told.
        }
        finally
        {
            Leave(entry, failed);
        }
    }

    private bool TryDecode(CachedPart entry) => entry.TryDecode(decode, _decoders);

    /// <summary>Makes it, at the cost of what whoever it was decoded for did not come for.</summary>
    private bool HasRoomAhead(long room)
    {
        for (LinkedListNode<CachedPart>? node = _byUse.Last; node is not null && _bytesAhead + room > limit / 2;)
        {
            LinkedListNode<CachedPart>? before = node.Previous;
            if (node.Value is { IsAhead: true, Users: 0 } && _entered - node.Value.Entered > Stale)
            {
                Forget(node.Value);
            }

            node = before;
        }

        return _bytesAhead + room <= limit / 2;
    }

    private void SetAhead(CachedPart entry, bool isAhead)
    {
        if (entry.IsAhead != isAhead)
        {
            entry.IsAhead = isAhead;
            _bytesAhead += isAhead ? entry.Plain.Length : -entry.Plain.Length;
        }
    }

    private void Leave(CachedPart entry, bool forget)
    {
        lock (_gate)
        {
            _bytesInUse -= --entry.Users == 0 ? entry.Plain.Length : 0;
            bool isSpent = entry is { Users: 0, IsAhead: false } && entry.Taken >= entry.Length - DecodeAhead.NotAsked;
            if ((forget || isSpent) && _entries.TryGetValue(entry.Index, out CachedPart? known) && known == entry)
            {
                Forget(entry);
            }

            MakeRoom();
        }
    }

    private void Forget(CachedPart entry)
    {
        SetAhead(entry, false);
        _entries.Remove(entry.Index);
        _byUse.Remove(entry.Node);
        _bytes -= entry.Plain.Length;
        if (entry.Users == 0)
        {
            _spares.Give(entry.Plain);
        }
    }

    private void MakeRoom()
    {
        for (LinkedListNode<CachedPart>? node = _byUse.Last; node is not null && _bytes > limit;)
        {
            LinkedListNode<CachedPart>? before = node.Previous;
            if (node.Value.Users == 0)
            {
                Forget(node.Value);
            }

            node = before;
        }

        _spares.ShrinkTo(Math.Max(limit - _bytes, LeastSpares));
    }

    /// <summary>A decoded part in use.</summary>
    public readonly ref struct Lease : IDisposable
    {
        private readonly PieceCache _cache;
        private readonly CachedPart _entry;

        internal Lease(PieceCache cache, CachedPart entry) => (_cache, _entry) = (cache, entry);

        /// <summary>Why it could not be decoded, or null.</summary>
        public string? Fault => _entry.Fault;

        /// <summary>Copies bytes from the place <paramref name="start"/> in the part.</summary>
        public void CopyTo(int start, Span<byte> buffer)
        {
            _entry.Plain.AsSpan(start, buffer.Length).CopyTo(buffer);
            _entry.Take(buffer.Length);
        }

        public void Dispose() => _cache.Leave(_entry, forget: false);
    }
}
