// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using Vma.Compression;

namespace Vma.Indexing;

/// <summary>
/// Decoded parts of an archive, the ones last used, in bounded memory: those that somebody is reading count too, but stay. The lock is held only to
/// look one up; a part is decoded by whoever comes first, while who else wants it waits for that part alone. Thread-safe.
/// </summary>
/// <param name="limit">How many decoded bytes are kept.</param>
/// <param name="decode">Decodes a part into memory that it may replace by larger; gives the fault or null.</param>
internal sealed class PieceCache(long limit, PieceCache.Decoder decode) : IDisposable
{
    private const int SparePieces = 8;
    private const int SpareBuffers = 4;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, Entry> _entries = [];
    private readonly LinkedList<Entry> _byUse = [];
    private readonly Stack<byte[]> _spare = [];
    private readonly ConcurrentBag<Piece> _pieces = [];
    private long _bytes;
    private long _bytesInUse;
    private bool _isClosed;

    public delegate string? Decoder(int index, ref byte[] plain);

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
        Entry entry = Enter(index, length);
        try
        {
            entry.Decode(decode);
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
        lock (_gate)
        {
            if (_entries.ContainsKey(index))
            {
                return true;
            }

            // What is decoded for later must leave room for what is read now.
            if (_bytesInUse + 2L * length > limit)
            {
                return false;
            }
        }

        Entry entry = Enter(index, length);
        ThreadPool.UnsafeQueueUserWorkItem(
            static state =>
            {
                bool failed = true;
                try
                {
                    state.Entry.Decode(state.Decode);
                    failed = false;
                }
                catch (Exception failure) when (failure is IOException or ObjectDisposedException or NotSupportedException or UnauthorizedAccessException)
                {
                    // Who reads the part tries again, and is told.
                }
                finally
                {
                    state.Cache.Leave(state.Entry, failed);
                }
            },
            (Cache: this, Entry: entry, Decode: decode),
            preferLocal: false);
        return true;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
        }
    }

    private Entry Enter(int index, int length)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (_entries.TryGetValue(index, out Entry? entry))
            {
                _byUse.Remove(entry.Node);
            }
            else
            {
                entry = new Entry(index, length);
                _entries.Add(index, entry);
                _bytes += length;
                MakeRoom();
                entry.Plain = _spare.TryPop(out byte[]? spare) ? spare : [];
            }

            _byUse.AddFirst(entry.Node);
            _bytesInUse += entry.Users++ == 0 ? entry.Length : 0;
            return entry;
        }
    }

    private void Leave(Entry entry, bool forget)
    {
        lock (_gate)
        {
            _bytesInUse -= --entry.Users == 0 ? entry.Length : 0;
            if (forget && _entries.TryGetValue(entry.Index, out Entry? known) && known == entry)
            {
                _entries.Remove(entry.Index);
                _byUse.Remove(entry.Node);
                _bytes -= entry.Length;
            }

            MakeRoom();
        }
    }

    private void MakeRoom()
    {
        for (LinkedListNode<Entry>? node = _byUse.Last; node is not null && _bytes > limit;)
        {
            LinkedListNode<Entry>? before = node.Previous;
            if (node.Value.Users == 0)
            {
                _byUse.Remove(node);
                _entries.Remove(node.Value.Index);
                _bytes -= node.Value.Length;
                if (_spare.Count < SpareBuffers)
                {
                    _spare.Push(node.Value.Plain);
                }
            }

            node = before;
        }
    }

    /// <summary>A decoded part in use.</summary>
    public readonly ref struct Lease : IDisposable
    {
        private readonly PieceCache _cache;
        private readonly Entry _entry;

        internal Lease(PieceCache cache, Entry entry) => (_cache, _entry) = (cache, entry);

        /// <summary>Why it could not be decoded, or null.</summary>
        public string? Fault => _entry.Fault;

        public ReadOnlySpan<byte> Plain => _entry.Plain.AsSpan(0, _entry.Length);

        public void Dispose() => _cache.Leave(_entry, forget: false);
    }

    internal sealed class Entry
    {
        private readonly Lock _decoding = new();
        private bool _isDecoded;
        private byte[] _plain = [];

        public Entry(int index, int length)
        {
            Index = index;
            Length = length;
            Node = new LinkedListNode<Entry>(this);
        }

        public int Index { get; }

        public int Length { get; }

        public LinkedListNode<Entry> Node { get; }

        public int Users { get; set; }

        public string? Fault { get; private set; }

        public byte[] Plain
        {
            get => _plain;
            set => _plain = value;
        }

        public void Decode(Decoder decode)
        {
            lock (_decoding)
            {
                if (!_isDecoded)
                {
                    Fault = decode(Index, ref _plain);
                    _isDecoded = true;
                }
            }
        }
    }
}
