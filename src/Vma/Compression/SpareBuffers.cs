// SPDX-License-Identifier: MIT

using System.Numerics;

namespace Vma.Compression;

/// <summary>
/// Keeps a few arrays for the next use, so that the system need not find and clear as much memory again: the last one given comes first, since it
/// is still in the processor's cache. Thread-safe.
/// </summary>
internal sealed class SpareBuffers(int kept)
{
    private const int Shortest = 64 << 10;

    private readonly List<byte[]> _buffers = new(kept);

    /// <summary>An array of any length, which may be 0.</summary>
    public byte[] TakeAny() => TakeLast(0, int.MaxValue) ?? [];

    /// <summary>An array of at least a length, and not of many times as much.</summary>
    public byte[] Take(int length)
    {
        int room = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(length, Shortest));
        return TakeLast(length, room) ?? GC.AllocateUninitializedArray<byte>(room);
    }

    public void Give(byte[] buffer)
    {
        lock (_buffers)
        {
            if (buffer.Length == 0)
            {
                return;
            }

            if (_buffers.Count == kept)
            {
                _buffers.RemoveAt(0);
            }

            _buffers.Add(buffer);
        }
    }

    private byte[]? TakeLast(int shortest, int longest)
    {
        lock (_buffers)
        {
            int at = _buffers.FindLastIndex(buffer => buffer.Length >= shortest && buffer.Length <= longest);
            if (at < 0)
            {
                return null;
            }

            byte[] found = _buffers[at];
            _buffers.RemoveAt(at);
            return found;
        }
    }
}
