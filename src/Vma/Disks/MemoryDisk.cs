// SPDX-License-Identifier: MIT

namespace Vma.Disks;

/// <summary>A small disk in memory.</summary>
internal sealed class MemoryDisk(byte[] content) : IBlockSource, IBlockTarget
{
    public MemoryDisk(int length)
        : this(new byte[length])
    {
    }

    public byte[] Content { get; } = content;

    public long Length => Content.Length;

    public bool ReadsAsZeroes => false;

    public void ReadAt(long offset, Span<byte> buffer, CancellationToken cancellationToken = default) =>
        Content.AsSpan((int)offset, buffer.Length).CopyTo(buffer);

    public void WriteAt(long offset, ReadOnlySpan<byte> data, CancellationToken cancellationToken = default) => data.CopyTo(Content.AsSpan((int)offset));

    public void WriteZeroesAt(long offset, long length, CancellationToken cancellationToken = default) => Content.AsSpan((int)offset, (int)length).Clear();

    public void Flush(CancellationToken cancellationToken = default)
    {
    }

    public void Dispose()
    {
    }
}
