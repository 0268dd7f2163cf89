// SPDX-License-Identifier: MIT

namespace Vma.Writing;

/// <summary>
/// Reads clusters of one disk into extents; ranges that the disk knows to be zeros are not read. May be used by several threads
/// at once.
/// </summary>
internal sealed class DiskCopier(DeviceClusters clusters, IBlockSource source)
{
    // Asking for the end of a long range can cost as much as the range is long (tmpfs walks its pages), so an answer is kept
    // for the lots to come.
    private volatile KnownRange _known = new(0, 0, false);

    public DeviceClusters Clusters => clusters;

    public void Pack(ExtentPacker packer, long firstCluster, int count, CancellationToken cancellationToken)
    {
        for (long cluster = firstCluster; cluster < firstCluster + count; cluster++)
        {
            PackCluster(packer, cluster, cancellationToken);
        }
    }

    private void PackCluster(ExtentPacker packer, long cluster, CancellationToken cancellationToken)
    {
        long offset = cluster * VmaCluster.Size;
        int length = clusters.Device.LengthOf(cluster);
        bool keepZeroes = clusters.Device.IsMemoryState;

        // Behind its own end a source that is shorter than its device reads as zeros.
        int present = (int)Math.Clamp(source.Length - offset, 0, length);
        bool isZero = present == 0 || IsKnownZero(offset, present, cancellationToken);
        if (isZero && !keepZeroes)
        {
            packer.PackZeroes(clusters.Device.Id, (uint)cluster);
            clusters.Count(length, zeroBytes: length);
            return;
        }

        Span<byte> room = packer.Room[..length];
        if (isZero)
        {
            present = 0;
        }
        else
        {
            source.ReadAt(offset, room[..present], cancellationToken);
        }

        room[present..].Clear();
        int stored = packer.Pack(clusters.Device.Id, (uint)cluster, length, keepZeroes);
        clusters.Count(length, Math.Max(0, length - stored));
    }

    private bool IsKnownZero(long offset, int length, CancellationToken cancellationToken)
    {
        KnownRange known = _known;
        if (offset < known.Start || offset >= known.End)
        {
            BlockStatus status = source.StatusAt(offset, cancellationToken);
            _known = known = new KnownRange(offset, offset + status.Length, status.ReadsAsZeroes);
        }

        return known.ReadsAsZeroes && known.End >= offset + length;
    }

    private sealed record KnownRange(long Start, long End, bool ReadsAsZeroes);
}
