// SPDX-License-Identifier: MIT

namespace Vma.Disks;

/// <summary>Passes reads on, each after the limit let it through.</summary>
internal sealed class ThrottledSource(IBlockSource source, Action<long, CancellationToken> take) : IBlockSource
{
    public long Length => source.Length;

    public void ReadAt(long offset, Span<byte> buffer, CancellationToken cancellationToken = default)
    {
        take(buffer.Length, cancellationToken);
        source.ReadAt(offset, buffer, cancellationToken);
    }

    public BlockStatus StatusAt(long offset, CancellationToken cancellationToken = default) => source.StatusAt(offset, cancellationToken);

    public void Dispose() => source.Dispose();
}
