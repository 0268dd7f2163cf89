// SPDX-License-Identifier: MIT

using Vma.Threads;

namespace Vma.Indexing.Cache;

/// <summary>A frame in a <see cref="FrameCache"/>, whose lock guards what can be set.</summary>
internal sealed class CachedFrame
{
    private long _taken;

    /// <param name="index">Which frame it is.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <param name="plain">Their memory, which may be longer.</param>
    /// <param name="entered">How many frames were entered before it.</param>
    /// <param name="decode">Decodes a frame, and gives the fault or null.</param>
    public CachedFrame(int index, int length, byte[] plain, long entered, FrameCache.Decoder decode)
    {
        (Index, Length, Plain, Entered) = (index, length, plain, entered);
        Node = new LinkedListNode<CachedFrame>(this);
        Decoding = new OneTimeWork(() => Fault = decode(index, plain));
    }

    public int Index { get; }

    public int Length { get; }

    public byte[] Plain { get; }

    public long Entered { get; }

    public LinkedListNode<CachedFrame> Node { get; }

    public OneTimeWork Decoding { get; }

    /// <summary>Why it could not be decoded, or null.</summary>
    public string? Fault { get; private set; }

    public int Users { get; set; }

    /// <summary>Whether it was decoded ahead, and no caller has asked for it yet.</summary>
    public bool IsAhead { get; set; }

    /// <summary>How many bytes were taken of it.</summary>
    public long Taken => Volatile.Read(ref _taken);

    public void Take(int count) => Interlocked.Add(ref _taken, count);
}
