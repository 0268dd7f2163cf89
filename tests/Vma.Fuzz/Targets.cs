// SPDX-License-Identifier: MIT

namespace Vma.Fuzz;

/// <summary>A target that takes everything and keeps nothing.</summary>
internal sealed class NullTarget(long length) : IBlockTarget
{
    public long Length => length;

    public bool ReadsAsZeroes => true;

    public void WriteAt(long offset, ReadOnlySpan<byte> data, CancellationToken cancellationToken = default)
    {
    }

    public void WriteZeroesAt(long offset, long length, CancellationToken cancellationToken = default)
    {
    }

    public void Flush(CancellationToken cancellationToken = default)
    {
    }

    public void Dispose()
    {
    }
}

/// <summary>A target that keeps the blocks that are written, wherever they are.</summary>
internal sealed class SparseDisk : IBlockTarget
{
    private readonly Dictionary<long, byte[]> _written = [];

    public long Length => long.MaxValue;

    public bool ReadsAsZeroes => true;

    public void WriteAt(long offset, ReadOnlySpan<byte> data, CancellationToken cancellationToken = default)
    {
        lock (_written)
        {
            _written[offset] = data.ToArray();
        }
    }

    public void WriteZeroesAt(long offset, long length, CancellationToken cancellationToken = default)
    {
        lock (_written)
        {
            foreach ((long start, byte[] data) in _written)
            {
                int from = (int)Math.Clamp(offset - start, 0, data.Length);
                int to = (int)Math.Clamp(offset + length - start, 0, data.Length);
                data.AsSpan(from, to - from).Clear();
            }
        }
    }

    /// <summary>Every written byte is that of the image, or zero behind its end.</summary>
    public void RequireSubsetOf(byte[] image)
    {
        foreach ((long offset, byte[] data) in _written)
        {
            int inside = (int)Math.Clamp(image.Length - offset, 0, data.Length);
            bool isZero = !data.AsSpan().ContainsAnyExcept((byte)0);
            bool same = data.AsSpan(0, inside).SequenceEqual(inside == 0 ? [] : image.AsSpan((int)offset, inside))
                && !data.AsSpan(inside).ContainsAnyExcept((byte)0);
            if (!same && !isZero)
            {
                throw new InvalidOperationException($"salvage gave wrong data for bytes {offset} to {offset + data.Length}");
            }
        }
    }

    public void Flush(CancellationToken cancellationToken = default)
    {
    }

    public void Dispose()
    {
    }
}
