// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;

namespace Vma.Compression;

/// <summary>
/// Memory that grows with the bytes of a frame. Arrays that come back are used again, the last one first, since it is still in the processor's cache. With
/// the shared pool, of which each thread keeps some arrays, extract took 80 MiB instead of 58. One thread fills it; any thread may give arrays back.
/// </summary>
internal sealed class FrameContent
{
    private readonly ConcurrentStack<byte[]> _spares = new();
    private byte[] _array = [];

    public int Length { get; private set; }

    public Span<byte> Span => _array.AsSpan(0, Length);

    /// <summary>Makes room, so that growing needs no copies. The caller has bounded it.</summary>
    public void Reserve(int capacity)
    {
        if (_array.Length == 0 && _spares.TryPop(out byte[]? spare))
        {
            _array = spare;
        }

        if (_array.Length < capacity)
        {
            byte[] grown = GC.AllocateUninitializedArray<byte>(Math.Max(capacity, _array.Length * 2));
            Span.CopyTo(grown);
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

    /// <summary>Gives the memory away, until it comes back with <see cref="Give"/>.</summary>
    public byte[] Detach()
    {
        Length = 0;
        (byte[] array, _array) = (_array, []);
        return array;
    }

    public void Give(byte[] array)
    {
        if (array.Length > 0)
        {
            _spares.Push(array);
        }
    }
}
