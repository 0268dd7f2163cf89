// SPDX-License-Identifier: MIT

using Vma.Compression.Formats;
using Vma.Compression.Zstd;
using Vma.Extents;
using Vma.Format;
using Vma.Indexing.Cache;

namespace Vma.Indexing;

/// <summary>
/// The index of an archive that says by itself which frame holds which clusters, so that nothing has to be read before it is asked for. What is
/// found is always an extent's header; where the two differ the map is given up. Thread-safe.
/// </summary>
internal sealed class MappedIndex : IClusterIndex
{
    private const int Gates = 64;

    private readonly DecodedInput _input;
    private readonly Guid _uuid;
    private readonly MappedDevice?[] _devices = new MappedDevice?[VmaLayout.DeviceSlots];
    private readonly ExtentPlace[] _extents;
    private readonly Lock[] _gates = [.. Enumerable.Range(0, Gates).Select(static _ => new Lock())];

    private MappedIndex(DecodedInput input, Guid uuid)
    {
        (_input, _uuid) = (input, uuid);
        _extents = new ExtentPlace[input.Table.Count];
    }

    /// <summary>
    /// Opens the map of an archive; null when there is none that can be right and of use. In one of use each frame is one extent, and the clusters of a
    /// device are in order. A map does not tell how long RAM state is, so it is of no use with RAM state.
    /// </summary>
    public static MappedIndex? TryOpen(DecodedInput input, VmaManifest manifest)
    {
        if (ReadMap(input) is not { } map || manifest.Devices.Any(static device => device.IsMemoryState))
        {
            return null;
        }

        var index = new MappedIndex(input, manifest.Uuid);
        foreach (IGrouping<byte, ClusterMap.Entry> entries in map.GroupBy(static entry => entry.Device))
        {
            ClusterMap.Entry[] sorted = [.. entries.OrderBy(static entry => entry.First)];
            if (manifest.FindDevice(entries.Key) is not { } device || !IsPlausible(sorted, input.Table.Count, device.ClusterCount))
            {
                return null;
            }

            index._devices[entries.Key] = new MappedDevice(sorted);
        }

        return index;
    }

    public ClusterRange? Find(byte device, uint cluster)
    {
        if (_devices[device] is not { } mapped || mapped.Find(cluster) is not (>= 0 and int entry))
        {
            throw new WrongClusterMapException();
        }

        ClusterRange[] ranges = Volatile.Read(ref mapped.Loaded[entry]) ?? Load(mapped, entry, device);
        foreach (ClusterRange range in ranges)
        {
            if (cluster >= range.First && cluster < range.End)
            {
                return range;
            }
        }

        throw new WrongClusterMapException();
    }

    public bool IsRepeated(byte device, uint cluster) => false;

    public ref ExtentPlace ExtentAt(int number) => ref _extents[number];

    public long EndOf(byte device) => _devices[device] is { Entries: [.., var last] } ? (long)last.Last + 1 : 0;

    private static ClusterMap.Entry[]? ReadMap(DecodedInput input)
    {
        FrameTable table = input.Table;
        long end = 0;
        for (int i = 0; i < table.Count; i++)
        {
            // The frames follow each other without gaps; behind them come the map and the seek table.
            if (table[i].Offset != end)
            {
                return null;
            }

            end += table[i].Length;
        }

        long length = table.CompressedLength - end;
        if (length <= 0 || length > Math.Min(ClusterMap.LongestFrame(table.Count), Array.MaxLength))
        {
            return null;
        }

        var frame = new byte[length];
        input.File.ReadAt(end, frame);
        return ClusterMap.TryRead(frame);
    }

    private static bool IsPlausible(ClusterMap.Entry[] entries, int frames, long clusters)
    {
        long next = 0;
        foreach (ClusterMap.Entry entry in entries)
        {
            if (entry.Frame == 0 || entry.Frame >= frames || entry.First < next || entry.Last < entry.First || entry.Last >= clusters)
            {
                return false;
            }

            next = (long)entry.Last + 1;
        }

        return true;
    }

    private ClusterRange[] Load(MappedDevice mapped, int entry, byte device)
    {
        ClusterMap.Entry told = mapped.Entries[entry];
        lock (_gates[told.Frame % Gates])
        {
            if (mapped.Loaded[entry] is { } loaded)
            {
                return loaded;
            }

            int frame = (int)told.Frame;
            Span<byte> header = stackalloc byte[ExtentLayout.HeaderLength];
            if (_input.ReadStart(frame, header) < header.Length || !ExtentHeader.IsValid(header, _uuid))
            {
                throw new WrongClusterMapException();
            }

            ClusterRange[] ranges = [.. RangesOf(header, frame, device)];
            Array.Sort(ranges, static (left, right) => left.First.CompareTo(right.First));
            bool isOrdered = ranges.Zip(ranges.Skip(1)).All(static pair => pair.First.End <= pair.Second.First);
            if (ranges.Length == 0 || !isOrdered || ranges[0].First != told.First || ranges[^1].End != told.Last + 1L
                || ranges.Sum(static range => range.Count) != told.Clusters)
            {
                throw new WrongClusterMapException();
            }

            if (_extents[frame].Offset == 0)
            {
                _extents[frame] = new ExtentPlace(header, _input.Table.StartOf(frame));
            }

            Volatile.Write(ref mapped.Loaded[entry], ranges);
            return ranges;
        }
    }

    private static List<ClusterRange> RangesOf(ReadOnlySpan<byte> bytes, int frame, byte device)
    {
        var ranges = new List<ClusterRange>();
        var header = new ExtentHeader(bytes);
        var open = new ClusterRangeBuilder();
        foreach (Slot slot in Slot.Of(header))
        {
            if (!open.TryExtend(slot))
            {
                Close(header, open);
                open = new ClusterRangeBuilder(slot);
            }
        }

        Close(header, open);
        return ranges;

        void Close(ExtentHeader header, ClusterRangeBuilder done)
        {
            if (done.Count > 0 && done.Device == device)
            {
                ranges.Add(done.ToRange(header, frame));
            }
        }
    }

    private sealed class MappedDevice(ClusterMap.Entry[] entries)
    {
        public ClusterMap.Entry[] Entries => entries;

        public ClusterRange[]?[] Loaded { get; } = new ClusterRange[]?[entries.Length];

        /// <summary>The entry that a cluster lies in, or -1.</summary>
        public int Find(uint cluster)
        {
            int low = 0, high = entries.Length - 1;
            while (low <= high)
            {
                int middle = (low + high) >>> 1;
                if (cluster < entries[middle].First)
                {
                    high = middle - 1;
                }
                else if (cluster > entries[middle].Last)
                {
                    low = middle + 1;
                }
                else
                {
                    return middle;
                }
            }

            return -1;
        }
    }
}
