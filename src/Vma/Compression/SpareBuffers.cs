// SPDX-License-Identifier: MIT

namespace Vma.Compression;

/// <summary>
/// Keeps a few arrays that have grown to what is needed, for the next use: the last one given comes first, since it is still in the
/// processor's cache. Thread-safe.
/// </summary>
internal sealed class SpareBuffers(int kept)
{
    private readonly Stack<byte[]> _buffers = new(kept);

    /// <summary>An array of any length, which may be 0.</summary>
    public byte[] Take()
    {
        lock (_buffers)
        {
            return _buffers.TryPop(out byte[]? buffer) ? buffer : [];
        }
    }

    public void Give(byte[] buffer)
    {
        lock (_buffers)
        {
            if (buffer.Length > 0 && _buffers.Count < kept)
            {
                _buffers.Push(buffer);
            }
        }
    }
}
