// SPDX-License-Identifier: MIT

using Vma.Nbd;

namespace Vma.Qemu.Backup;

/// <summary>A disk of which only what changed is read from the VM, and the rest from an older archive. Neither is disposed.</summary>
internal sealed class ChangedSource(IBlockSource now, IBlockSource then, ulong[] changed) : IBlockSource
{
    private const uint Dirty = 1;

    public long Length => now.Length;

    /// <summary>How many clusters changed.</summary>
    public long Changed => changed.Sum(word => (long)ulong.PopCount(word));

    /// <summary>Asks the export what changed.</summary>
    /// <param name="client">The disk now; it was asked for the context.</param>
    /// <param name="now">The same, as it is to be read.</param>
    /// <param name="context">The name of the bitmap's context.</param>
    /// <param name="then">The disk as it was.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public static ChangedSource Open(NbdClient client, IBlockSource now, string context, IBlockSource then, CancellationToken cancellationToken)
    {
        var bits = new ulong[(client.Length + VmaCluster.Size * 64L - 1) / (VmaCluster.Size * 64L)];
        for (long offset = 0; offset < client.Length;)
        {
            NbdExtent extent = client.StatusAt(context, offset, cancellationToken);
            long end = Math.Min(client.Length, offset + extent.Length);
            for (long cluster = offset / VmaCluster.Size; (extent.Flags & Dirty) != 0 && cluster * VmaCluster.Size < end; cluster++)
            {
                bits[cluster / 64] |= 1UL << (int)(cluster % 64);
            }

            offset = end;
        }

        return new ChangedSource(now, then, bits);
    }

    public void ReadAt(long offset, Span<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            int length = (int)Math.Min(buffer.Length, VmaCluster.Size - offset % VmaCluster.Size);
            SourceAt(offset).ReadAt(offset, buffer[..length], cancellationToken);
            buffer = buffer[length..];
            offset += length;
        }
    }

    public BlockStatus StatusAt(long offset, CancellationToken cancellationToken = default)
    {
        // The status reaches over all clusters that are read from the same source, and over one at least.
        IBlockSource source = SourceAt(offset);
        BlockStatus status = source.StatusAt(offset, cancellationToken);
        long end = Math.Min(Length, offset + status.Length), reached = Math.Min(end, (offset / VmaCluster.Size + 1) * VmaCluster.Size);
        while (reached < end && ReferenceEquals(SourceAt(reached), source))
        {
            reached = Math.Min(end, reached + VmaCluster.Size);
        }

        return status with { Length = reached - offset };
    }

    public void Dispose()
    {
    }

    private IBlockSource SourceAt(long offset)
    {
        long cluster = offset / VmaCluster.Size;
        return (changed[cluster / 64] >> (int)(cluster % 64) & 1) != 0 ? now : then;
    }
}
