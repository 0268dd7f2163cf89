// SPDX-License-Identifier: MIT

namespace Vma.Compression.Zstd.Spans;

/// <summary>
/// The last plain bytes of a stream, in a ring: the decoding thread writes at its head, and the following thread reads the window of its last checkpoint, and
/// gives bytes free. Neither touches the other's, so there is no lock.
/// </summary>
internal sealed class PlainHistory
{
    private byte[] _ring = [];
    private long _head;
    private long _tail;

    /// <summary>How many bytes were written since the start.</summary>
    public long Head => Volatile.Read(ref _head);

    /// <summary>How many bytes can be written before some are given free.</summary>
    public long Room => _ring.Length - (_head - Volatile.Read(ref _tail));

    /// <summary>Makes room for so many bytes, and forgets all that were written. Neither thread may be at work.</summary>
    public void Restart(int capacity)
    {
        if (_ring.Length < capacity)
        {
            _ring = GC.AllocateUninitializedArray<byte>(capacity);
        }

        _tail = _head;
    }

    /// <summary>Writes bytes, for which there is room.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        int at = (int)(_head % _ring.Length);
        int first = Math.Min(bytes.Length, _ring.Length - at);
        bytes[..first].CopyTo(_ring.AsSpan(at));
        bytes[first..].CopyTo(_ring);
        Volatile.Write(ref _head, _head + bytes.Length);
    }

    /// <summary>The longest range of bytes from a place on that lie together in memory, at most so many.</summary>
    public ReadOnlySpan<byte> From(long place, int length)
    {
        int at = (int)(place % _ring.Length);
        return _ring.AsSpan(at, Math.Min(length, _ring.Length - at));
    }

    /// <summary>Copies bytes from a place on.</summary>
    public void CopyTo(long place, Span<byte> destination)
    {
        ReadOnlySpan<byte> first = From(place, destination.Length);
        first.CopyTo(destination);
        From(place + first.Length, destination.Length - first.Length).CopyTo(destination[first.Length..]);
    }

    /// <summary>Gives the bytes in front of a place free.</summary>
    public void Free(long place) => Volatile.Write(ref _tail, Math.Max(place, _tail));
}
