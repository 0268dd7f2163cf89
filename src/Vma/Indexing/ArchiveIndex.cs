// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using Vma.Extents;
using Vma.Format;

namespace Vma.Indexing;

/// <summary>
/// The index of a whole archive. A stretch of clusters takes 16 bytes, an extent 24: in disk order 12 MiB per TiB of disk, and 32 MiB more when
/// every extent has holes, whose masks are kept. Zeros that follow each other take one stretch. In no order at all it is one stretch a cluster,
/// 265 MiB per TiB.
/// Filled by one thread, then read by any.
/// </summary>
internal sealed class ArchiveIndex : IClusterIndex
{
    private readonly List<PackedStretch>[] _stretches = new List<PackedStretch>[VmaLayout.DeviceSlots];
    private readonly HashSet<(byte Device, uint Cluster)> _repeated = [];
    private ExtentPlace[] _extents = [];
    private int _extentCount;
    private ushort[] _masks = [];
    private int _maskCount;

    /// <summary>About how much memory it takes, in bytes.</summary>
    public long Memory =>
        _extents.Length * 24L + _masks.Length * 2L + _repeated.Count * 32L + _stretches.Sum(static stretches => (stretches?.Capacity ?? 0) * 16L);

    /// <summary>Takes in a data extent.</summary>
    /// <param name="headerBytes">Its header, a valid one.</param>
    /// <param name="offset">Where it starts.</param>
    /// <param name="usable">Bit k: slot k names a cluster that may be there.</param>
    /// <param name="repeated">Bit k: slot k names a cluster that was there before.</param>
    public void Add(ReadOnlySpan<byte> headerBytes, long offset, ulong usable, ulong repeated)
    {
        int extent = Stretch.NoExtent;
        var open = new StretchBuilder();
        foreach (Slot slot in Slot.Of(new ExtentHeader(headerBytes)))
        {
            if ((repeated >> slot.Index & 1) != 0)
            {
                _repeated.Add((slot.Info.DeviceId, slot.Info.Cluster));
            }

            bool isUsable = (usable >> slot.Index & 1) != 0;
            if (!isUsable || !open.TryExtend(slot))
            {
                AddStretch(open, headerBytes, offset, ref extent);
                open = isUsable ? new StretchBuilder(slot) : default;
            }
        }

        AddStretch(open, headerBytes, offset, ref extent);
    }

    /// <summary>Says that bytes were lost from inside the data of the extent taken in last.</summary>
    public void MarkCut(long extentOffset)
    {
        if (_extentCount > 0 && _extents[_extentCount - 1].Offset == extentOffset)
        {
            _extents[_extentCount - 1].IsCut = true;
        }
    }

    /// <summary>Puts the stretches in order; before this nothing is found.</summary>
    public void Complete()
    {
        foreach (List<PackedStretch>? stretches in _stretches)
        {
            stretches?.Sort(static (left, right) => left.First.CompareTo(right.First));
        }

        foreach (IGrouping<byte, uint> device in _repeated.GroupBy(static repeated => repeated.Device, static repeated => repeated.Cluster))
        {
            TakeOut(_stretches[device.Key], [.. device.Order()]);
        }

        foreach (List<PackedStretch>? stretches in _stretches)
        {
            stretches?.TrimExcess();
        }
    }

    public long EndOf(byte device) => _stretches[device] is { Count: > 0 } stretches ? (long)stretches[^1].First + stretches[^1].Count : 0;

    public bool IsRepeated(byte device, uint cluster) => _repeated.Count > 0 && _repeated.Contains((device, cluster));

    public ref ExtentPlace ExtentAt(int number) => ref _extents[number];

    public Stretch? Find(byte device, uint cluster)
    {
        if (_stretches[device] is not { } list)
        {
            return null;
        }

        ReadOnlySpan<PackedStretch> stretches = CollectionsMarshal.AsSpan(list);
        int low = 0, high = stretches.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            ref readonly PackedStretch stretch = ref stretches[middle];
            if (cluster < stretch.First)
            {
                high = middle - 1;
            }
            else if (cluster - stretch.First >= stretch.Count)
            {
                low = middle + 1;
            }
            else
            {
                return Resolve(stretch);
            }
        }

        return null;
    }

    private Stretch Resolve(in PackedStretch stretch) => new()
    {
        First = stretch.First,
        Count = stretch.Count,
        Extent = stretch.Extent,
        Slot = stretch.Slot,
        BlocksBefore = stretch.BlocksBefore,
        Masks = stretch.Extent == Stretch.NoExtent || stretch.Masks == PackedStretch.NoMasks ? default : _masks.AsMemory(stretch.Masks, (int)stretch.Count),
    };

    /// <summary>Splits stretches around clusters that must not be found.</summary>
    private void TakeOut(List<PackedStretch> stretches, uint[] clusters)
    {
        PackedStretch[] whole = [.. stretches];
        stretches.Clear();
        int next = 0;
        foreach (PackedStretch stretch in whole)
        {
            PackedStretch rest = stretch;
            for (; next < clusters.Length && clusters[next] < stretch.First + (long)stretch.Count; next++)
            {
                if (clusters[next] < rest.First)
                {
                    continue;
                }

                uint kept = clusters[next] - rest.First;
                if (kept > 0)
                {
                    stretches.Add(PartOf(rest, 0, kept));
                }

                rest = PartOf(rest, kept + 1, rest.Count - kept - 1);
            }

            if (rest.Count > 0)
            {
                stretches.Add(rest);
            }
        }
    }

    private PackedStretch PartOf(in PackedStretch stretch, uint skipped, uint count) => stretch.Extent == Stretch.NoExtent
        ? PackedStretch.OfZeroes(stretch.First + skipped, count)
        : stretch with
        {
            First = stretch.First + skipped,
            Packed = count | (uint)(stretch.Slot + skipped) << 8 | (uint)Resolve(stretch).BlocksBeforeCluster((int)skipped) << 16,
            Masks = stretch.Masks == PackedStretch.NoMasks ? PackedStretch.NoMasks : stretch.Masks + (int)skipped,
        };

    private void AddStretch(StretchBuilder done, ReadOnlySpan<byte> headerBytes, long offset, ref int extent)
    {
        if (done.Count == 0)
        {
            return;
        }

        List<PackedStretch> stretches = _stretches[done.Device] ??= [];
        if (done.IsZero)
        {
            AddZeroes(stretches, done.First, (uint)done.Count);
            return;
        }

        extent = extent == Stretch.NoExtent ? AddExtent(new ExtentPlace(headerBytes, offset)) : extent;
        stretches.Add(PackedStretch.OfData(done, extent, done.IsFull ? PackedStretch.NoMasks : AddMasks(new ExtentHeader(headerBytes), done)));
    }

    private static void AddZeroes(List<PackedStretch> stretches, uint first, uint count)
    {
        if (stretches.Count > 0 && stretches[^1] is { Extent: Stretch.NoExtent } last && last.First + (long)last.Count == first)
        {
            stretches[^1] = PackedStretch.OfZeroes(last.First, last.Count + count);
        }
        else
        {
            stretches.Add(PackedStretch.OfZeroes(first, count));
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

    private int AddMasks(ExtentHeader header, StretchBuilder done)
    {
        if (_maskCount + done.Count > _masks.Length)
        {
            Array.Resize(ref _masks, Math.Max(1024, _masks.Length * 2));
        }

        done.CopyMasks(header, _masks.AsSpan(_maskCount));
        _maskCount += done.Count;
        return _maskCount - done.Count;
    }

    /// <summary>A <see cref="Stretch"/> in 16 bytes.</summary>
    private readonly record struct PackedStretch(uint First, int Extent, uint Packed, int Masks)
    {
        public const int NoMasks = -1;

        public uint Count => Extent == Stretch.NoExtent ? Packed : Packed & 0xff;

        public int Slot => (int)(Packed >> 8 & 0xff);

        public int BlocksBefore => (int)(Packed >> 16);

        public static PackedStretch OfZeroes(uint first, uint count) => new(first, Stretch.NoExtent, count, NoMasks);

        public static PackedStretch OfData(StretchBuilder stretch, int extent, int masks) =>
            new(stretch.First, extent, (uint)stretch.Count | (uint)stretch.Slot << 8 | (uint)stretch.BlocksBefore << 16, masks);
    }
}
