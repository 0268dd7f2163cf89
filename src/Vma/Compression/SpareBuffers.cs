// SPDX-License-Identifier: MIT

namespace Vma.Compression;

/// <summary>
/// Keeps arrays for the next use, so that they are no garbage, of which the collector lets pile up hundreds of MiB. The last one given comes first,
/// since it is still in the processor's cache. Thread-safe.
/// </summary>
/// <param name="most">How many bytes are kept.</param>
internal sealed class SpareBuffers(long most)
{
    private const int Shortest = 256 << 10;

    private readonly List<byte[]> _buffers = [];
    private long _bytes;

    /// <summary>How long an array is for that many bytes: of few lengths, so that it can be used again for what is longer or shorter.</summary>
    public static int RoomFor(int length)
    {
        int room = Shortest;
        while (room < length)
        {
            room *= room == Shortest ? 16 : 2;
        }

        return room;
    }

    /// <summary>An array of any length, which may be 0.</summary>
    public byte[] TakeAny() => TakeLast(static _ => true) ?? [];

    /// <summary>An array of just <see cref="RoomFor"/> a length.</summary>
    public byte[] Take(int length)
    {
        int room = RoomFor(length);
        return TakeLast(buffer => buffer.Length == room) ?? GC.AllocateUninitializedArray<byte>(room);
    }

    public void Give(byte[] buffer)
    {
        lock (_buffers)
        {
            if (buffer.Length > 0 && _bytes + buffer.Length <= most)
            {
                _buffers.Add(buffer);
                _bytes += buffer.Length;
            }
        }
    }

    /// <summary>Keeps no more than so many bytes, of those given last.</summary>
    public void ShrinkTo(long bytes)
    {
        lock (_buffers)
        {
            while (_bytes > bytes)
            {
                _bytes -= _buffers[0].Length;
                _buffers.RemoveAt(0);
            }
        }
    }

    private byte[]? TakeLast(Predicate<byte[]> fits)
    {
        lock (_buffers)
        {
            int at = _buffers.FindLastIndex(fits);
            if (at < 0)
            {
                return null;
            }

            byte[] found = _buffers[at];
            _buffers.RemoveAt(at);
            _bytes -= found.Length;
            return found;
        }
    }
}
