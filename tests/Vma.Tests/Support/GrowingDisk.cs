// SPDX-License-Identifier: MIT

namespace Vma.Tests.Support;

/// <summary>A target in memory that is as long as what was written to it, and starts full of a byte that is not zero.</summary>
internal sealed class GrowingDisk(long length, bool readsAsZeroes = false) : IBlockTarget
{
    private readonly Lock _gate = new();
    private byte[] _content = readsAsZeroes ? [] : [.. Enumerable.Repeat((byte)0xee, checked((int)length))];

    public long Length => length;

    public bool ReadsAsZeroes => readsAsZeroes;

    public int Flushes { get; private set; }

    public long ZeroedBytes { get; private set; }

    /// <summary>The first bytes, zeros where nothing was written.</summary>
    public byte[] Content(long count)
    {
        var content = new byte[count];
        _content.AsSpan(0, (int)Math.Min(count, _content.Length)).CopyTo(content);
        return content;
    }

    public void WriteAt(long offset, ReadOnlySpan<byte> data, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            data.CopyTo(Room(offset, data.Length));
        }
    }

    public void WriteZeroesAt(long offset, long length, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            Room(offset, length).Clear();
            ZeroedBytes += length;
        }
    }

    public void Flush(CancellationToken cancellationToken = default) => Flushes++;

    public void Dispose()
    {
    }

    private Span<byte> Room(long offset, long length)
    {
        if (offset + length > _content.Length)
        {
            Array.Resize(ref _content, (int)(offset + length));
        }

        return _content.AsSpan((int)offset, (int)length);
    }
}
