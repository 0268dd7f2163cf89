// SPDX-License-Identifier: MIT

using System.Buffers;

namespace Vma.Compression.Frames;

/// <summary>Memory of the shared pool that grows with the bytes of a frame. Not thread-safe.</summary>
internal sealed class FrameContent
{
    private byte[] _array = [];

    public int Length { get; private set; }

    public Span<byte> Span => _array.AsSpan(0, Length);

    /// <summary>Makes room, so that growing needs no copies. The caller has bounded it.</summary>
    public void Reserve(int capacity)
    {
        if (_array.Length < capacity)
        {
            byte[] grown = ArrayPool<byte>.Shared.Rent(capacity);
            Span.CopyTo(grown);
            Return(_array);
            _array = grown;
        }
    }

    /// <summary>Room for bytes behind those that are there, which count as there from now on.</summary>
    public Span<byte> Append(int length)
    {
        Reserve(Length + length);
        Length += length;
        return Span[^length..];
    }

    /// <summary>Keeps only the first bytes.</summary>
    public void Cut(int length) => Length = length;

    /// <summary>Gives the memory away, which the caller gives to <see cref="Return"/> in the end.</summary>
    public byte[] Detach()
    {
        Length = 0;
        return Interlocked.Exchange(ref _array, []);
    }

    public static void Return(byte[] array)
    {
        if (array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
