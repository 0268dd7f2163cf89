// SPDX-License-Identifier: MIT

namespace Vma.Writing;

/// <summary>
/// All clusters of several disks in one row, cut into lots of one extent each, so that workers can take lot after lot and the
/// archive is the same however many there are.
/// </summary>
internal sealed class CopyPlan
{
    private readonly IReadOnlyList<DiskCopier> _disks;
    private readonly long[] _ends;
    private readonly int _lotSize;

    public CopyPlan(IReadOnlyList<DiskCopier> disks, int lotSize)
    {
        _disks = disks;
        _lotSize = lotSize;
        _ends = new long[disks.Count];
        long end = 0;
        for (int i = 0; i < disks.Count; i++)
        {
            end += disks[i].Clusters.Device.ClusterCount;
            _ends[i] = end;
        }

        Lots = (end + lotSize - 1) / lotSize;
    }

    public long Lots { get; }

    /// <summary>The clusters of a lot, as ranges that each lie on one disk.</summary>
    public IEnumerable<(DiskCopier Disk, long FirstCluster, int Count)> RangesOf(long lot)
    {
        long at = lot * _lotSize;
        long end = Math.Min(at + _lotSize, _ends[^1]);
        int disk = Array.BinarySearch(_ends, at + 1);
        for (disk = disk < 0 ? ~disk : disk; at < end; disk++)
        {
            long diskStart = disk == 0 ? 0 : _ends[disk - 1];
            int count = (int)(Math.Min(_ends[disk], end) - at);
            yield return (_disks[disk], at - diskStart, count);
            at += count;
        }
    }
}
