// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Vma.Format;

namespace Vma.Compression.Zstd;

/// <summary>
/// Which frame holds which clusters (docs/integrity.md): per extent and device in it one entry. It narrows a search, no more. All numbers
/// are little-endian.
/// </summary>
internal sealed class ClusterMap
{
    public const uint FrameMagic = 0x184D2A53;
    private const uint LayoutVersion = 1;
    private const int FrameHeaderLength = 8;
    private const int ContentHeaderLength = 12;
    private const int EntryLength = 16;
    private const int ChecksumLength = 4;
    private const byte AllZero = 1;

    private readonly List<Entry> _entries = [];

    /// <summary>
    /// The longest map of so many frames that is read: each of ours holds one extent, whose slots can be of as many devices. There are no more entries than
    /// 16 TiB of one disk have.
    /// </summary>
    public static long LongestFrame(int frames) =>
        FrameHeaderLength + ContentHeaderLength + Math.Min((long)frames * ExtentLayout.Slots, 4 << 20) * EntryLength + ChecksumLength;

    private static ReadOnlySpan<byte> Magic => "VMAI"u8;

    public IReadOnlyList<Entry> Entries => _entries;

    /// <summary>Whether a frame is a map of the layout that is known here, be it damaged or not.</summary>
    public static bool IsOurs(ReadOnlySpan<byte> frame) =>
        frame.Length >= FrameHeaderLength + ContentHeaderLength
        && BinaryPrimitives.ReadUInt32LittleEndian(frame) == FrameMagic
        && frame[FrameHeaderLength..].StartsWith(Magic)
        && BinaryPrimitives.ReadUInt32LittleEndian(frame[(FrameHeaderLength + 4)..]) == LayoutVersion;

    /// <summary>What the map says that a stream's frame holds; null when this is none, or damaged.</summary>
    public static Entry[]? TryRead(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < FrameHeaderLength + ContentHeaderLength + ChecksumLength
            || BinaryPrimitives.ReadUInt32LittleEndian(frame) != FrameMagic
            || BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]) != frame.Length - FrameHeaderLength)
        {
            return null;
        }

        ReadOnlySpan<byte> bytes = frame[FrameHeaderLength..];
        long count = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (!bytes.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != LayoutVersion
            || bytes.Length != ContentHeaderLength + count * EntryLength + ChecksumLength
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[^ChecksumLength..]) != Crc32C.Compute(bytes[..^ChecksumLength]))
        {
            return null;
        }

        var entries = new Entry[count];
        for (int i = 0; i < count; i++)
        {
            entries[i] = Entry.Read(bytes.Slice(ContentHeaderLength + i * EntryLength, EntryLength));
        }

        return entries;
    }

    /// <summary>The entries that an extent gets.</summary>
    public static IEnumerable<Entry> EntriesOf(int frame, ExtentHeader header)
    {
        var slots = new List<BlockInfo>(ExtentLayout.Slots);
        for (int slot = 0; slot < ExtentLayout.Slots; slot++)
        {
            if (header[slot].IsUsed)
            {
                slots.Add(header[slot]);
            }
        }

        return EntriesOf(frame, slots);
    }

    public void Add(int frame, IReadOnlyList<BlockInfo> slots) => _entries.AddRange(EntriesOf(frame, slots));

    public void Add(int frame, ExtentHeader header) => _entries.AddRange(EntriesOf(frame, header));

    public byte[] ToFrame()
    {
        int content = ContentHeaderLength + _entries.Count * EntryLength + ChecksumLength;
        var frame = new byte[FrameHeaderLength + content];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, FrameMagic);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), (uint)content);
        Span<byte> bytes = frame.AsSpan(FrameHeaderLength);
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], LayoutVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], (uint)_entries.Count);
        for (int i = 0; i < _entries.Count; i++)
        {
            _entries[i].Write(bytes.Slice(ContentHeaderLength + i * EntryLength, EntryLength));
        }

        BinaryPrimitives.WriteUInt32LittleEndian(bytes[^ChecksumLength..], Crc32C.Compute(bytes[..^ChecksumLength]));
        return frame;
    }

    private static IEnumerable<Entry> EntriesOf(int frame, IReadOnlyList<BlockInfo> slots)
    {
        foreach (IGrouping<byte, BlockInfo> device in slots.GroupBy(slot => slot.DeviceId).OrderBy(group => group.Key))
        {
            bool isZero = device.All(slot => slot.Mask == 0);
            (uint first, uint last) = (device.Min(slot => slot.Cluster), device.Max(slot => slot.Cluster));
            yield return new Entry((uint)frame, device.Key, isZero, (ushort)device.Count(), first, last);
        }
    }

    /// <summary>The clusters of one device in one frame.</summary>
    internal readonly record struct Entry(uint Frame, byte Device, bool IsZero, ushort Clusters, uint First, uint Last)
    {
        public static Entry Read(ReadOnlySpan<byte> bytes) => new(
            BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            bytes[4],
            (bytes[5] & AllZero) != 0,
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]));

        public void Write(Span<byte> bytes)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, Frame);
            bytes[4] = Device;
            bytes[5] = IsZero ? AllZero : (byte)0;
            BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], Clusters);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], First);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[12..], Last);
        }
    }
}
