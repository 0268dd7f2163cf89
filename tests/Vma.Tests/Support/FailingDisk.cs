// SPDX-License-Identifier: MIT

namespace Vma.Tests.Support;

/// <summary>A disk, as source and as target, that fails from some byte on.</summary>
internal sealed class FailingDisk(long length, long failsAt) : IBlockSource, IBlockTarget
{
    public long Length => length;

    public bool ReadsAsZeroes => false;

    public void ReadAt(long offset, Span<byte> buffer, CancellationToken cancellationToken = default)
    {
        ThrowIfBad(offset, buffer.Length);
        buffer.Fill(1);
    }

    public void WriteAt(long offset, ReadOnlySpan<byte> data, CancellationToken cancellationToken = default) => ThrowIfBad(offset, data.Length);

    public void WriteZeroesAt(long offset, long length, CancellationToken cancellationToken = default) => ThrowIfBad(offset, length);

    public void Flush(CancellationToken cancellationToken = default)
    {
    }

    public void Dispose()
    {
    }

    private void ThrowIfBad(long offset, long count)
    {
        if (offset + count > failsAt)
        {
            throw new IOException("bad sector");
        }
    }
}
