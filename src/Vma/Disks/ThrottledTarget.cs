// SPDX-License-Identifier: MIT

namespace Vma.Disks;

/// <summary>Passes writes on in parts, each after the limit let it through, so that a large write does not wait in one go.</summary>
internal sealed class ThrottledTarget(IBlockTarget target, Action<long, CancellationToken> take) : IBlockTarget
{
    private const int PartLength = 256 << 10;

    public long Length => target.Length;

    public bool ReadsAsZeroes => target.ReadsAsZeroes;

    public void WriteAt(long offset, ReadOnlySpan<byte> data, CancellationToken cancellationToken = default)
    {
        for (int at = 0; at < data.Length; at += PartLength)
        {
            ReadOnlySpan<byte> part = data.Slice(at, Math.Min(PartLength, data.Length - at));
            take(part.Length, cancellationToken);
            target.WriteAt(offset + at, part, cancellationToken);
        }
    }

    public void WriteZeroesAt(long offset, long length, CancellationToken cancellationToken = default) =>
        target.WriteZeroesAt(offset, length, cancellationToken);

    public void Flush(CancellationToken cancellationToken = default) => target.Flush(cancellationToken);

    public void Dispose() => target.Dispose();
}
