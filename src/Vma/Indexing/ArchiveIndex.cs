// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using Vma.Extents;
using Vma.Format;

namespace Vma.Indexing;

/// <summary>
/// The index of a whole archive. A range of clusters takes 16 bytes, an extent 24: in disk order 12 MiB per TiB of disk, and 32 MiB more when
/// every extent has holes, whose masks are kept. Zeros that follow each other take one range. In no order at all it is one range a cluster,
/// 265 MiB per TiB.
/// Filled by one thread, then read by any. What was taken in can be found at once, by that thread, while it grows; a range that comes late takes 72 bytes then.
/// </summary>
/// <param name="isGrowing">Whether clusters are found before all were taken in.</param>
internal sealed class ArchiveIndex(bool isGrowing = false) : IClusterIndex
{
    private readonly List<PackedRange>[] _ranges = new List<PackedRange>[VmaLayout.DeviceSlots];

    /// <summary>Ranges that came behind others with higher clusters, until the index is complete.</summary>
    private readonly SortedSet<PackedRange>[] _late = new SortedSet<PackedRange>[VmaLayout.DeviceSlots];
    private int _lateCount;
    private readonly HashSet<(byte Device, uint Cluster)> _repeated = [];
    private ExtentPlace[] _extents = [];
    private int _extentCount;
    private ushort[] _masks = [];
    private int _maskCount;

    /// <summary>About how much memory it takes, in bytes.</summary>
    public long Memory =>
        _extents.Length * 24L + _masks.Length * 2L + _repeated.Count * 32L + _lateCount * 72L + _ranges.Sum(static ranges => (ranges?.Capacity ?? 0) * 16L);

    /// <summary>Takes in a data extent.</summary>
    /// <param name="headerBytes">Its header, a valid one.</param>
    /// <param name="offset">Where it starts.</param>
    /// <param name="slots">Which of its slots may be used, and which were there before.</param>
    public void Add(ReadOnlySpan<byte> headerBytes, long offset, CheckedSlots slots)
    {
        int extent = ClusterRange.NoExtent;
        var open = new ClusterRangeBuilder();
        foreach (Slot slot in Slot.Of(new ExtentHeader(headerBytes)))
        {
            if (slots.IsRepeated(slot))
            {
                _repeated.Add((slot.Info.DeviceId, slot.Info.Cluster));
            }

            bool isUsable = slots.IsUsable(slot);
            if (!isUsable || !open.TryExtend(slot))
            {
                AddRange(open, headerBytes, offset, ref extent);
                open = isUsable ? new ClusterRangeBuilder(slot) : default;
            }
        }

        AddRange(open, headerBytes, offset, ref extent);
    }

    /// <summary>Says that bytes were lost from inside the data of the extent taken in last.</summary>
    public void MarkCut(long extentOffset)
    {
        if (_extentCount > 0 && _extents[_extentCount - 1].Offset == extentOffset)
        {
            _extents[_extentCount - 1].IsCut = true;
        }
    }

    /// <summary>Puts the ranges in order.</summary>
    public void Complete()
    {
        for (int device = 0; device < _ranges.Length; device++)
        {
            _ranges[device]?.AddRange(_late[device] ?? []);
            _ranges[device]?.Sort(static (left, right) => left.First.CompareTo(right.First));
            _late[device] = null!;
        }

        _lateCount = 0;

        foreach (IGrouping<byte, uint> device in _repeated.GroupBy(static repeated => repeated.Device, static repeated => repeated.Cluster))
        {
            TakeOut(_ranges[device.Key], [.. device.Order()]);
        }

        foreach (List<PackedRange>? ranges in _ranges)
        {
            ranges?.TrimExcess();
        }
    }

    public long EndOf(byte device) => _ranges[device] is { Count: > 0 } ranges ? (long)ranges[^1].First + ranges[^1].Count : 0;

    public bool IsRepeated(byte device, uint cluster) => _repeated.Count > 0 && _repeated.Contains((device, cluster));

    public ref ExtentPlace ExtentAt(int number) => ref _extents[number];

    public ClusterRange? Find(byte device, uint cluster)
    {
        if (_ranges[device] is not { } list)
        {
            return null;
        }

        if (_late[device] is { } late && late.GetViewBetween(PackedRange.OfZeroes(0, 0), PackedRange.OfZeroes(cluster, 0)) is { Count: > 0 } before
            && before.Max is var last && cluster - last.First < last.Count)
        {
            return Resolve(last);
        }

        ReadOnlySpan<PackedRange> ranges = CollectionsMarshal.AsSpan(list);
        int low = 0, high = ranges.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            ref readonly PackedRange range = ref ranges[middle];
            if (cluster < range.First)
            {
                high = middle - 1;
            }
            else if (cluster - range.First >= range.Count)
            {
                low = middle + 1;
            }
            else
            {
                return Resolve(range);
            }
        }

        return null;
    }

    private ClusterRange Resolve(in PackedRange range) => new()
    {
        First = range.First,
        Count = range.Count,
        Extent = range.Extent,
        Slot = range.Slot,
        BlocksBefore = range.BlocksBefore,
        Masks = range.Extent == ClusterRange.NoExtent || range.Masks == PackedRange.NoMasks ? default : _masks.AsMemory(range.Masks, (int)range.Count),
    };

    /// <summary>Splits ranges around clusters that must not be found.</summary>
    private void TakeOut(List<PackedRange> ranges, uint[] clusters)
    {
        PackedRange[] whole = [.. ranges];
        ranges.Clear();
        int next = 0;
        foreach (PackedRange range in whole)
        {
            PackedRange rest = range;
            for (; next < clusters.Length && clusters[next] < range.First + (long)range.Count; next++)
            {
                if (clusters[next] < rest.First)
                {
                    continue;
                }

                uint kept = clusters[next] - rest.First;
                if (kept > 0)
                {
                    ranges.Add(PartOf(rest, 0, kept));
                }

                rest = PartOf(rest, kept + 1, rest.Count - kept - 1);
            }

            if (rest.Count > 0)
            {
                ranges.Add(rest);
            }
        }
    }

    private PackedRange PartOf(in PackedRange range, uint skipped, uint count) => range.Extent == ClusterRange.NoExtent
        ? PackedRange.OfZeroes(range.First + skipped, count)
        : range with
        {
            First = range.First + skipped,
            Packed = count | (uint)(range.Slot + skipped) << 8 | (uint)Resolve(range).BlocksBeforeCluster((int)skipped) << 16,
            Masks = range.Masks == PackedRange.NoMasks ? PackedRange.NoMasks : range.Masks + (int)skipped,
        };

    private void AddRange(ClusterRangeBuilder done, ReadOnlySpan<byte> headerBytes, long offset, ref int extent)
    {
        if (done.Count == 0)
        {
            return;
        }

        List<PackedRange> ranges = _ranges[done.Device] ??= [];
        if (done.IsZero)
        {
            bool goesOn = ranges.Count > 0 && ranges[^1] is { Extent: ClusterRange.NoExtent } last && last.First + (long)last.Count == done.First;
            if (goesOn)
            {
                ranges[^1] = PackedRange.OfZeroes(ranges[^1].First, ranges[^1].Count + (uint)done.Count);
                return;
            }

            AddInOrder(done.Device, ranges, PackedRange.OfZeroes(done.First, (uint)done.Count));
            return;
        }

        extent = extent == ClusterRange.NoExtent ? AddExtent(new ExtentPlace(headerBytes, offset)) : extent;
        int masks = done.IsFull ? PackedRange.NoMasks : AddMasks(new ExtentHeader(headerBytes), done);
        AddInOrder(done.Device, ranges, PackedRange.OfData(done, extent, masks));
    }

    private void AddInOrder(byte device, List<PackedRange> ranges, in PackedRange range)
    {
        if (!isGrowing || ranges.Count == 0 || ranges[^1].First < range.First)
        {
            ranges.Add(range);
        }
        else
        {
            SortedSet<PackedRange> late = _late[device] ??= new(Comparer<PackedRange>.Create(static (left, right) => left.First.CompareTo(right.First)));
            _lateCount += late.Add(range) ? 1 : 0;
        }
    }

    private int AddExtent(ExtentPlace place)
    {
        if (_extentCount == _extents.Length)
        {
            Array.Resize(ref _extents, Math.Max(64, _extents.Length * 2));
        }

        _extents[_extentCount] = place;
        return _extentCount++;
    }

    private int AddMasks(ExtentHeader header, ClusterRangeBuilder done)
    {
        if (_maskCount + done.Count > _masks.Length)
        {
            Array.Resize(ref _masks, Math.Max(1024, _masks.Length * 2));
        }

        done.CopyMasks(header, _masks.AsSpan(_maskCount));
        _maskCount += done.Count;
        return _maskCount - done.Count;
    }

    /// <summary>A <see cref="ClusterRange"/> in 16 bytes.</summary>
    private readonly record struct PackedRange(uint First, int Extent, uint Packed, int Masks)
    {
        public const int NoMasks = -1;

        public uint Count => Extent == ClusterRange.NoExtent ? Packed : Packed & 0xff;

        public int Slot => (int)(Packed >> 8 & 0xff);

        public int BlocksBefore => (int)(Packed >> 16);

        public static PackedRange OfZeroes(uint first, uint count) => new(first, ClusterRange.NoExtent, count, NoMasks);

        public static PackedRange OfData(ClusterRangeBuilder range, int extent, int masks) =>
            new(range.First, extent, (uint)range.Count | (uint)range.Slot << 8 | (uint)range.BlocksBefore << 16, masks);
    }
}
