// SPDX-License-Identifier: MIT

using Vma.Extents;
using Vma.Format;

namespace Vma.Salvage;

/// <summary>One device while it is salvaged: where it goes, and which of its clusters are there. Thread-safe.</summary>
internal sealed class SalvagedDevice(VmaDevice device, bool sizeIsKnown, IBlockTarget target)
{
    private readonly Lock _gate = new();
    private readonly ClusterLedger _recovered = new(device.ClusterCount);

    /// <summary>Those written without a checksum while the archive could still turn out to be a sealed one.</summary>
    private readonly ClusterLedger _unproven = new(device.ClusterCount);

    private long _end;
    private long _kept;

    public VmaDevice Device { get; } = device;

    public IBlockTarget Target { get; } = target;

    /// <summary>How many bytes of a cluster are on the disk; all, where its size is not known.</summary>
    public int LengthOf(uint cluster) => sizeIsKnown && !Device.IsMemoryState ? Device.LengthOf(cluster) : VmaCluster.Size;

    /// <summary>Notes that there is such a cluster, whether or not its data can be saved.</summary>
    public void See(uint cluster)
    {
        lock (_gate)
        {
            _end = Math.Max(_end, cluster + 1L);
        }
    }

    /// <summary>Takes a cluster for writing; false when it was recovered before.</summary>
    public bool Recover(uint cluster, bool proven)
    {
        lock (_gate)
        {
            if (!_recovered.Mark(cluster))
            {
                return false;
            }

            return proven || _unproven.Mark(cluster);
        }
    }

    /// <summary>Takes a damaged cluster for writing; false when it was recovered before.</summary>
    public bool Keep(uint cluster)
    {
        lock (_gate)
        {
            bool isNew = !_recovered.IsMarked(cluster);
            _kept += isNew ? 1 : 0;
            return isNew;
        }
    }

    /// <summary>Gives up what was written without a checksum, since the archive turned out to have them: it reads as zeros again.</summary>
    public void DropUnproven(CancellationToken cancellationToken)
    {
        foreach ((long first, long count) in _unproven.Marked())
        {
            long start = first * VmaCluster.Size;
            long length = Math.Min(count * VmaCluster.Size, Math.Max(0, EndOf(DiskClusters()) - start));
            Target.WriteZeroesAt(start, length, cancellationToken);
        }
    }

    public VmaSalvagedDevice ToReport(long? givenSize, bool dropUnproven)
    {
        long clusters = givenSize is { } size ? VmaCluster.CountFor(size) : DiskClusters();
        long length = givenSize ?? EndOf(clusters);
        IEnumerable<(long First, long Count)> lost = _recovered.Missing(clusters).Concat(dropUnproven ? _unproven.Marked() : []);
        IReadOnlyList<VmaByteRange> ranges = Merge(lost, length);
        return new VmaSalvagedDevice(Device, length, ranges)
        {
            SizeIsKnown = sizeIsKnown || givenSize is not null,
            RecoveredClusters = _recovered.Count - (dropUnproven ? _unproven.Count : 0),
            KeptDamagedClusters = _kept,
        };
    }

    private long DiskClusters() => sizeIsKnown && !Device.IsMemoryState ? Device.ClusterCount : _end;

    /// <summary>A size that is not relied on still counts when the highest cluster that was seen is its last one.</summary>
    private long EndOf(long clusters) =>
        clusters == Device.ClusterCount && Device.DeclaredSize <= VmaLayout.MaxDeviceSize ? Device.Size : clusters * VmaCluster.Size;

    private static List<VmaByteRange> Merge(IEnumerable<(long First, long Count)> clusters, long length)
    {
        var ranges = new List<VmaByteRange>();
        foreach ((long first, long count) in clusters.OrderBy(range => range.First))
        {
            long start = first * VmaCluster.Size;
            long end = Math.Min(start + count * VmaCluster.Size, length);
            if (start >= length)
            {
                break;
            }

            if (ranges.Count > 0 && ranges[^1].Offset + ranges[^1].Length >= start)
            {
                ranges[^1] = ranges[^1] with { Length = Math.Max(end - ranges[^1].Offset, ranges[^1].Length) };
            }
            else
            {
                ranges.Add(new VmaByteRange(start, end - start));
            }
        }

        return ranges;
    }
}
