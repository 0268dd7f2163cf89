// SPDX-License-Identifier: MIT

using Vma.Compression.Formats;
using Vma.Compression.Zstd;
using Vma.Extents;
using Vma.Format;
using Vma.Indexing.Cache;
using Vma.Threads;

namespace Vma.Indexing;

/// <summary>
/// The index of an archive that says by itself which frame holds which clusters, so that nothing has to be read before it is asked for. What is
/// found is always an extent's header; where the two differ the map is given up. Thread-safe.
/// </summary>
internal sealed class MappedIndex : IClusterIndex
{
    private const int Gates = 64;

    private readonly DecodedInput _input;
    private readonly VmaManifest _manifest;
    private readonly MappedFrames _frames;
    private readonly MappedDevice?[] _devices = new MappedDevice?[VmaLayout.DeviceSlots];
    private readonly ClusterRange[]?[] _loaded;
    private readonly ExtentPlace[] _extents;
    private readonly Lock[] _gates = [.. Enumerable.Range(0, Gates).Select(static _ => new Lock())];

    private MappedIndex(DecodedInput input, VmaManifest manifest, MappedFrames frames)
    {
        (_input, _manifest, _frames) = (input, manifest, frames);
        _loaded = new ClusterRange[]?[frames.Entries.Length];
        _extents = new ExtentPlace[input.Table.Count];
    }

    /// <summary>
    /// Opens the map of an archive; null when there is none that can be right and of use. In one of use each frame is one extent, all clusters of each
    /// disk are there once, and in order. A map does not tell how long RAM state is, so it is of no use with RAM state.
    /// </summary>
    public static MappedIndex? TryOpen(DecodedInput input, VmaManifest manifest)
    {
        if (ReadMap(input) is not { } map || manifest.Devices.Any(static device => device.IsMemoryState)
            || MappedFrames.TryMake(input.Table, map, manifest) is not { } frames || !input.Table.IsThere(input.File, 0))
        {
            return null;
        }

        var index = new MappedIndex(input, manifest, frames);
        foreach (VmaDevice device in manifest.Devices)
        {
            int[] entries = [.. Enumerable.Range(0, frames.Entries.Length).Where(i => frames.Entries[i].Device == device.Id)
                .OrderBy(i => frames.Entries[i].First)];
            if (!IsWhole(entries.Select(i => frames.Entries[i]), device.ClusterCount))
            {
                return null;
            }

            index._devices[device.Id] = new MappedDevice(frames.Entries, entries);
        }

        return index;
    }

    /// <summary>
    /// Compares all of the map and of the seek table with the frames and the extents' headers. When they agree, a pass forward comes upon the same frames
    /// and the same extents, or upon an error. It takes a read for each block of zstd, and decodes the first one of each frame.
    /// </summary>
    public bool IsProven(int parallelism, CancellationToken cancellationToken)
    {
        int next = 0;
        bool isProven = true;
        WorkerGroup.Run(parallelism, "vma index", () =>
        {
            while (Volatile.Read(ref isProven) && Interlocked.Increment(ref next) is var frame && frame < _input.Table.Count)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!TryLoad(frame))
                {
                    Volatile.Write(ref isProven, false);
                }
            }
        });
        return isProven;
    }

    public ClusterRange? Find(byte device, uint cluster)
    {
        if (_devices[device] is not { } mapped || mapped.Find(cluster) is not (>= 0 and int entry))
        {
            throw new WrongClusterMapException();
        }

        ClusterRange[]? ranges = Volatile.Read(ref _loaded[entry]);
        if (ranges is null && TryLoad((int)_frames.Entries[entry].Frame))
        {
            ranges = Volatile.Read(ref _loaded[entry]);
        }

        foreach (ClusterRange range in ranges ?? [])
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

    public long EndOf(byte device) => _manifest.FindDevice(device)?.ClusterCount ?? 0;

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
        if (length <= 0 || length > ClusterMap.LongestFrame(table.Count))
        {
            return null;
        }

        var frame = new byte[length];
        input.File.ReadAt(end, frame);
        return ClusterMap.TryRead(frame);
    }

    /// <summary>Whether entries, in order, have each cluster of a disk once.</summary>
    private static bool IsWhole(IEnumerable<ClusterMap.Entry> entries, long clusters)
    {
        long next = 0;
        foreach (ClusterMap.Entry entry in entries)
        {
            if (entry.First != next || entry.Last < entry.First || entry.Clusters != entry.Last - (long)entry.First + 1)
            {
                return false;
            }

            next = entry.Last + 1L;
        }

        return next == clusters;
    }

    /// <summary>Learns what a frame holds; false when that is not what was told.</summary>
    private bool TryLoad(int frame)
    {
        lock (_gates[frame % Gates])
        {
            (int first, int end) = _frames.EntriesOf(frame);
            if (first < end && _loaded[first] is not null)
            {
                return true;
            }

            Span<byte> bytes = stackalloc byte[MappedFrames.LongestWithoutData];
            bytes = bytes[..(_input.Table[frame].PlainLength > bytes.Length ? ExtentLayout.HeaderLength : bytes.Length)];
            bytes = bytes[.._input.ReadStart(frame, bytes)];
            if (!_input.Table.IsThere(_input.File, frame) || !_frames.IsThere(frame, bytes, _manifest))
            {
                return false;
            }

            ReadOnlySpan<byte> header = bytes[..ExtentLayout.HeaderLength];
            for (int entry = first; entry < end; entry++)
            {
                ClusterRange[] ranges = [.. RangesOf(header, frame, _frames.Entries[entry].Device)];
                Array.Sort(ranges, static (left, right) => left.First.CompareTo(right.First));
                if (!ranges.Zip(ranges.Skip(1)).All(static pair => pair.First.End <= pair.Second.First))
                {
                    return false;
                }

                _extents[frame] = _extents[frame].Offset == 0 ? new ExtentPlace(header, _input.Table.StartOf(frame)) : _extents[frame];
                Volatile.Write(ref _loaded[entry], ranges);
            }

            return true;
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

    private sealed class MappedDevice(ClusterMap.Entry[] map, int[] entries)
    {
        /// <summary>The number of the entry that a cluster lies in, or -1.</summary>
        public int Find(uint cluster)
        {
            int low = 0, high = entries.Length - 1;
            while (low <= high)
            {
                int middle = (low + high) >>> 1;
                ref readonly ClusterMap.Entry entry = ref map[entries[middle]];
                if (cluster < entry.First)
                {
                    high = middle - 1;
                }
                else if (cluster > entry.Last)
                {
                    low = middle + 1;
                }
                else
                {
                    return entries[middle];
                }
            }

            return -1;
        }
    }
}
