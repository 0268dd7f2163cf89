// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using Vma.Extents;
using Vma.Format;

namespace Vma.Indexing;

/// <summary>
/// The index of a whole archive. A run of clusters takes 16 bytes, an extent 24: in disk order 12 MiB per TiB of disk, and 32 MiB more when
/// every extent has holes, whose masks are kept. Zeros in one piece take one run. In no order at all it is one run a cluster, 265 MiB per TiB.
/// Filled by one thread, then read by any.
/// </summary>
internal sealed class ArchiveIndex : IClusterIndex
{
    private readonly List<Run>[] _runs = new List<Run>[VmaLayout.DeviceSlots];
    private readonly HashSet<(byte Device, uint Cluster)> _repeated = [];
    private ExtentPlace[] _extents = [];
    private int _extentCount;
    private ushort[] _masks = [];
    private int _maskCount;

    /// <summary>About how much memory it takes, in bytes.</summary>
    public long Memory => _extents.Length * 24L + _masks.Length * 2L + _repeated.Count * 32L + _runs.Sum(static runs => (runs?.Capacity ?? 0) * 16L);

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
                AddRun(open, headerBytes, offset, ref extent);
                open = isUsable ? new StretchBuilder(slot) : default;
            }
        }

        AddRun(open, headerBytes, offset, ref extent);
    }

    /// <summary>Says that bytes were lost from inside the data of the extent taken in last.</summary>
    public void MarkCut(long extentOffset)
    {
        if (_extentCount > 0 && _extents[_extentCount - 1].Offset == extentOffset)
        {
            _extents[_extentCount - 1].IsCut = true;
        }
    }

    /// <summary>Puts the runs in order; before this nothing is found.</summary>
    public void Complete()
    {
        foreach (List<Run>? runs in _runs)
        {
            runs?.Sort(static (left, right) => left.First.CompareTo(right.First));
        }

        foreach (IGrouping<byte, uint> device in _repeated.GroupBy(static repeated => repeated.Device, static repeated => repeated.Cluster))
        {
            TakeOut(_runs[device.Key], [.. device.Order()]);
        }

        foreach (List<Run>? runs in _runs)
        {
            runs?.TrimExcess();
        }
    }

    public long EndOf(byte device) => _runs[device] is { Count: > 0 } runs ? (long)runs[^1].First + runs[^1].Count : 0;

    public bool IsRepeated(byte device, uint cluster) => _repeated.Count > 0 && _repeated.Contains((device, cluster));

    public ref ExtentPlace ExtentAt(int number) => ref _extents[number];

    public Stretch? Find(byte device, uint cluster)
    {
        if (_runs[device] is not { } list)
        {
            return null;
        }

        ReadOnlySpan<Run> runs = CollectionsMarshal.AsSpan(list);
        int low = 0, high = runs.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            ref readonly Run run = ref runs[middle];
            if (cluster < run.First)
            {
                high = middle - 1;
            }
            else if (cluster - run.First >= run.Count)
            {
                low = middle + 1;
            }
            else
            {
                return Resolve(run);
            }
        }

        return null;
    }

    private Stretch Resolve(in Run run) => new()
    {
        First = run.First,
        Count = run.Count,
        Extent = run.Extent,
        Slot = run.Slot,
        BlocksBefore = run.BlocksBefore,
        Masks = run.Extent == Stretch.NoExtent || run.Masks == Run.NoMasks ? default : _masks.AsMemory(run.Masks, (int)run.Count),
    };

    /// <summary>Splits runs around clusters that nobody is to find.</summary>
    private void TakeOut(List<Run> runs, uint[] clusters)
    {
        Run[] whole = [.. runs];
        runs.Clear();
        int next = 0;
        foreach (Run run in whole)
        {
            Run rest = run;
            for (; next < clusters.Length && clusters[next] < run.First + (long)run.Count; next++)
            {
                if (clusters[next] < rest.First)
                {
                    continue;
                }

                uint kept = clusters[next] - rest.First;
                if (kept > 0)
                {
                    runs.Add(Part(rest, 0, kept));
                }

                rest = Part(rest, kept + 1, rest.Count - kept - 1);
            }

            if (rest.Count > 0)
            {
                runs.Add(rest);
            }
        }
    }

    private Run Part(in Run run, uint skipped, uint count) => run.Extent == Stretch.NoExtent
        ? Run.OfZeroes(run.First + skipped, count)
        : run with
        {
            First = run.First + skipped,
            Packed = count | (uint)(run.Slot + skipped) << 8 | (uint)Resolve(run).BlocksBeforeCluster((int)skipped) << 16,
            Masks = run.Masks == Run.NoMasks ? Run.NoMasks : run.Masks + (int)skipped,
        };

    private void AddRun(StretchBuilder done, ReadOnlySpan<byte> headerBytes, long offset, ref int extent)
    {
        if (done.Count == 0)
        {
            return;
        }

        List<Run> runs = _runs[done.Device] ??= [];
        if (done.IsZero)
        {
            AddZeroes(runs, done.First, (uint)done.Count);
            return;
        }

        extent = extent == Stretch.NoExtent ? AddExtent(new ExtentPlace(headerBytes, offset)) : extent;
        runs.Add(Run.OfData(done, extent, done.IsFull ? Run.NoMasks : AddMasks(new ExtentHeader(headerBytes), done)));
    }

    private static void AddZeroes(List<Run> runs, uint first, uint count)
    {
        if (runs.Count > 0 && runs[^1] is { Extent: Stretch.NoExtent } last && last.First + (long)last.Count == first)
        {
            runs[^1] = Run.OfZeroes(last.First, last.Count + count);
        }
        else
        {
            runs.Add(Run.OfZeroes(first, count));
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
    private readonly record struct Run(uint First, int Extent, uint Packed, int Masks)
    {
        public const int NoMasks = -1;

        public uint Count => Extent == Stretch.NoExtent ? Packed : Packed & 0xff;

        public int Slot => (int)(Packed >> 8 & 0xff);

        public int BlocksBefore => (int)(Packed >> 16);

        public static Run OfZeroes(uint first, uint count) => new(first, Stretch.NoExtent, count, NoMasks);

        public static Run OfData(StretchBuilder stretch, int extent, int masks) =>
            new(stretch.First, extent, (uint)stretch.Count | (uint)stretch.Slot << 8 | (uint)stretch.BlocksBefore << 16, masks);
    }
}
