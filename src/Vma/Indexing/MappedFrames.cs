// SPDX-License-Identifier: MIT

using Vma.Compression.Formats;
using Vma.Compression.Zstd;
using Vma.Format;

namespace Vma.Indexing;

/// <summary>What a cluster map tells of each frame, and what a frame must be for it to be true.</summary>
internal sealed class MappedFrames
{
    /// <summary>An extent that stores no block, and its seal.</summary>
    public const int LongestWithoutData = 2 * ExtentLayout.HeaderLength;

    private readonly FrameTable _table;
    private readonly int[] _starts;

    private MappedFrames(FrameTable table, ClusterMap.Entry[] entries)
    {
        (_table, Entries) = (table, entries);
        _starts = new int[table.Count + 1];
        foreach (ClusterMap.Entry entry in entries)
        {
            _starts[entry.Frame + 1]++;
        }

        for (int frame = 0; frame < table.Count; frame++)
        {
            _starts[frame + 1] += _starts[frame];
        }
    }

    /// <summary>The map's entries by frame, and those of one frame by device.</summary>
    public ClusterMap.Entry[] Entries { get; }

    /// <summary>
    /// Null when the map cannot be true: the first frame is the archive's header, any other one is told to hold an extent's clusters, or is as short as a
    /// null extent.
    /// </summary>
    public static MappedFrames? TryMake(FrameTable table, ClusterMap.Entry[] map, VmaManifest manifest)
    {
        HashSet<byte> devices = [.. manifest.Devices.Select(static device => device.Id)];
        if (table.Count == 0 || table[0].PlainLength != manifest.HeaderLength
            || map.Any(entry => entry.Frame == 0 || entry.Frame >= table.Count || !devices.Contains(entry.Device)))
        {
            return null;
        }

        var frames = new MappedFrames(table, [.. map.OrderBy(static entry => entry.Frame).ThenBy(static entry => entry.Device)]);
        for (int frame = 1; frame < table.Count; frame++)
        {
            (int first, int end) = frames.EntriesOf(frame);
            if (first == end && table[frame].PlainLength > LongestWithoutData)
            {
                return null;
            }
        }

        return frames;
    }

    /// <summary>The entries of a frame: the first one's number, and the one behind the last.</summary>
    public (int First, int End) EntriesOf(int frame) => (_starts[frame], _starts[frame + 1]);

    /// <summary>
    /// Whether a frame is what the map tells: one extent with just these clusters, and behind it no room but for its seal. Behind data of a sealed archive
    /// a pass takes nothing else for sound; what stands behind a header without data is among the bytes that are looked at.
    /// </summary>
    /// <param name="frame">The frame's number.</param>
    /// <param name="bytes">Its first bytes, all of a short one.</param>
    /// <param name="manifest">The archive's header.</param>
    public bool IsThere(int frame, ReadOnlySpan<byte> bytes, VmaManifest manifest)
    {
        (int first, int end) = EntriesOf(frame);
        if (!ExtentHeader.IsWholeAndValid(bytes, manifest.Uuid))
        {
            return false;
        }

        var header = new ExtentHeader(bytes);
        int behind = _table[frame].PlainLength - ExtentLayout.HeaderLength - header.DataLength;
        bool isSealed = behind == ExtentLayout.HeaderLength
            && (header.DataLength > 0 ? manifest.PromisesSeals : IsNullExtent(bytes[ExtentLayout.HeaderLength..], manifest.Uuid));
        return (behind == 0 || isSealed) && ClusterMap.EntriesOf(frame, header).SequenceEqual(Entries[first..end]);
    }

    private static bool IsNullExtent(ReadOnlySpan<byte> bytes, Guid uuid) =>
        ExtentHeader.IsWholeAndValid(bytes, uuid) && !new ExtentHeader(bytes).HasClusters;
}
