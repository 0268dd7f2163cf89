// SPDX-License-Identifier: MIT

namespace Vma.Indexing;

/// <summary>One part in a <see cref="PieceCache"/>, whose lock guards what can be set. It is decoded once, by whoever comes first.</summary>
internal sealed class CachedPart
{
    private readonly Lock _decoding = new();
    private volatile bool _isDecoded;
    private long _taken;

    public CachedPart(int index, int length, byte[] plain, long entered)
    {
        Entered = entered;
        Index = index;
        Length = length;
        Plain = plain;
        Node = new LinkedListNode<CachedPart>(this);
    }

    public int Index { get; }

    public int Length { get; }

    public LinkedListNode<CachedPart> Node { get; }

    public int Users { get; set; }

    /// <summary>Whether it was decoded for later, and nobody wanted it yet.</summary>
    public bool IsAhead { get; set; }

    /// <summary>How many parts were entered before it.</summary>
    public long Entered { get; }

    public bool IsDecoded => _isDecoded;

    /// <summary>How many bytes were taken of it.</summary>
    public long Taken => Volatile.Read(ref _taken);

    public string? Fault { get; private set; }

    /// <summary>Its memory, which is longer.</summary>
    public byte[] Plain { get; }

    public void Take(int count) => Interlocked.Add(ref _taken, count);

    /// <summary>Decodes it where that was not done; false when another thread is at it.</summary>
    /// <param name="decode">How it is done.</param>
    /// <param name="turns">Bounds how many are decoded at once: more would take memory and make none of them faster.</param>
    public bool TryDecode(PieceCache.Decoder decode, SemaphoreSlim turns)
    {
        if (_isDecoded)
        {
            return true;
        }

        if (!_decoding.TryEnter())
        {
            return false;
        }

        try
        {
            DecodeOnce(decode, turns);
            return true;
        }
        finally
        {
            _decoding.Exit();
        }
    }

    /// <summary>The same, but waits for the other thread.</summary>
    public void Decode(PieceCache.Decoder decode, SemaphoreSlim turns)
    {
        lock (_decoding)
        {
            DecodeOnce(decode, turns);
        }
    }

    private void DecodeOnce(PieceCache.Decoder decode, SemaphoreSlim turns)
    {
        if (_isDecoded)
        {
            return;
        }

        turns.Wait();
        try
        {
            Fault = decode(Index, Plain);
            _isDecoded = true;
        }
        finally
        {
            turns.Release();
        }
    }
}
