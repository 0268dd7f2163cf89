// SPDX-License-Identifier: MIT

using Vma.Compression;

namespace Vma.Indexing;

/// <summary>One part in a <see cref="PieceCache"/>, whose lock guards what can be set. It is decoded once, by whoever comes first.</summary>
internal sealed class CachedPart
{
    private readonly Lock _decoding = new();
    private bool _isDecoded;
    private long _taken;

    public CachedPart(int index, int length)
    {
        Index = index;
        Length = length;
        Node = new LinkedListNode<CachedPart>(this);
    }

    public int Index { get; }

    public int Length { get; }

    public LinkedListNode<CachedPart> Node { get; }

    public int Users { get; set; }

    /// <summary>Whether it was decoded for later, and nobody wanted it yet.</summary>
    public bool IsAhead { get; set; }

    /// <summary>How many bytes were taken of it.</summary>
    public long Taken => Volatile.Read(ref _taken);

    public string? Fault { get; private set; }

    public byte[] Plain { get; private set; } = [];

    public void Take(int count) => Interlocked.Add(ref _taken, count);

    public void Decode(PieceCache.Decoder decode, SpareBuffers spares)
    {
        lock (_decoding)
        {
            if (!_isDecoded)
            {
                Plain = Plain.Length == 0 ? spares.Take(Length) : Plain;
                Fault = decode(Index, Plain);
                _isDecoded = true;
            }
        }
    }
}
