// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using Vma.Compression;

namespace Vma.Indexing;

/// <summary>
/// Decoded parts of an archive, the ones last used, in bounded memory: those that somebody is reading count too, but stay. A part of which as many
/// bytes were taken as it has is forgotten, so that whoever reads on and on works in memory that is in the processor's cache. The lock is held
/// only to look a part up; it is decoded by whoever comes first, while who else wants it waits for that part alone. Thread-safe.
/// </summary>
/// <param name="limit">How many decoded bytes are kept.</param>
/// <param name="decode">Decodes a part into memory of at least its length; gives the fault or null.</param>
/// <param name="threads">How many threads decode for later.</param>
internal sealed class PieceCache(long limit, PieceCache.Decoder decode, int threads) : IDisposable
{
    private const int SparePieces = 8;
    private const int KeptBuffers = 8;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, CachedPart> _entries = [];
    private readonly LinkedList<CachedPart> _byUse = [];
    private readonly SpareBuffers _spares = new(KeptBuffers);
    private readonly ConcurrentBag<Piece> _pieces = [];
    private readonly DecodingThreads _threads = new(threads);
    private long _bytes;
    private long _bytesInUse;
    private long _bytesAhead;
    private bool _isClosed;

    public delegate string? Decoder(int index, byte[] plain);

    /// <summary>How many decoded bytes there are, for tests.</summary>
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

    public Piece RentPiece() => _pieces.TryTake(out Piece? piece) ? piece : new Piece();

    public void ReturnPiece(Piece piece)
    {
        if (_pieces.Count < SparePieces)
        {
            _pieces.Add(piece);
        }
    }

    public bool Contains(int index)
    {
        lock (_gate)
        {
            return _entries.ContainsKey(index);
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
            if (_bytesInUse + 2L * length > limit || _bytesAhead + length > limit / 2)
            {
                return false;
            }

            entry = Enter(index, length);
            SetAhead(entry, true);
        }

        _threads.Add(new Prefetching(this, entry));
        return true;
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
            entry = new CachedPart(index, length);
            _entries.Add(index, entry);
            _bytes += length;
            MakeRoom();
        }

        _byUse.AddFirst(entry.Node);
        _bytesInUse += entry.Users++ == 0 ? entry.Length : 0;
        return entry;
    }

    private void Decode(CachedPart entry) => entry.Decode(decode, _spares);

    private void SetAhead(CachedPart entry, bool isAhead)
    {
        if (entry.IsAhead != isAhead)
        {
            entry.IsAhead = isAhead;
            _bytesAhead += isAhead ? entry.Length : -entry.Length;
        }
    }

    private void Leave(CachedPart entry, bool forget)
    {
        lock (_gate)
        {
            _bytesInUse -= --entry.Users == 0 ? entry.Length : 0;
            bool isSpent = entry is { Users: 0, Taken: var taken } && taken >= entry.Length;
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
        _bytes -= entry.Length;
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

    private sealed class Prefetching(PieceCache cache, CachedPart entry) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            bool failed = true;
            try
            {
                if (!Volatile.Read(ref cache._isClosed))
                {
                    cache.Decode(entry);
                    failed = false;
                }
            }
            catch (Exception)
            {
                // Who reads the part tries again, and is told.
            }
            finally
            {
                cache.Leave(entry, failed);
            }
        }
    }
}
