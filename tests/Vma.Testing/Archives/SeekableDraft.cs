// SPDX-License-Identifier: MIT

using System.Buffers.Binary;

namespace Vma.Testing;

/// <summary>
/// A <c>.vma.zst</c> as a test wants it, made from what docs/integrity.md says: frames, then a cluster map and a seek table that may tell anything. Frames
/// hold their bytes as they are, so that no library is needed and everything can be found in them.
/// </summary>
public sealed class SeekableDraft
{
    public const uint MapMagic = 0x184D2A53;
    public const uint TableMagic = 0x184D2A5E;

    private const int LongestBlock = 128 << 10;

    private readonly List<byte> _bytes = [];

    /// <summary>What the seek table tells; the map and the table are added by <see cref="Build"/>.</summary>
    public List<(int Compressed, int Plain)> Table { get; } = [];

    /// <summary>What the cluster map tells.</summary>
    public List<MapEntry> Map { get; } = [];

    /// <summary>How many bytes there are so far.</summary>
    public int Length => _bytes.Count;

    /// <summary>A plain archive in the layout that <c>create</c> writes: the header, each extent with the null extent behind it, and what is left.</summary>
    public static SeekableDraft Of(byte[] archive)
    {
        var draft = new SeekableDraft();
        foreach (byte[] part in Parts(archive))
        {
            draft.Frame(part);
        }

        return draft;
    }

    /// <summary>The parts of a plain archive that are a frame each.</summary>
    public static List<byte[]> Parts(byte[] archive)
    {
        List<(int Offset, int Size, int BlockCount, int Entries)> extents = MiniReader.Read(archive).Extents;
        var parts = new List<byte[]> { archive[..extents[0].Offset] };
        for (int i = 0; i < extents.Count; i++)
        {
            int end = extents[i].Offset + extents[i].Size;
            if (extents[i].Entries > 0 && i + 2 < extents.Count && extents[i + 1].Entries == 0)
            {
                end += extents[++i].Size;
                parts.Add(archive[(end - extents[i].Size - extents[i - 1].Size)..end]);
            }
            else
            {
                parts.Add(archive[extents[i].Offset..end]);
            }
        }

        return parts;
    }

    /// <summary>Adds a frame, which table and map tell as it is.</summary>
    public SeekableDraft Frame(byte[] plain)
    {
        byte[] frame = FrameOf(plain);
        Map.AddRange(MapEntry.Of((uint)Table.Count, plain));
        Table.Add((frame.Length, plain.Length));
        return Raw(frame);
    }

    /// <summary>Adds bytes that neither table nor map tells.</summary>
    public SeekableDraft Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>The stream, with map and table at its end.</summary>
    public byte[] Build()
    {
        byte[] map = Skippable(MapMagic, MapContent());
        return [.. _bytes, .. map, .. Skippable(TableMagic, TableContent([.. Table, (map.Length, 0)]))];
    }

    public static byte[] Skippable(uint magic, params byte[] content) => [.. Number(magic), .. Number((uint)content.Length), .. content];

    /// <summary>A zstd frame without a checksum, whose first 512 bytes are a block.</summary>
    public static byte[] FrameOf(byte[] plain)
    {
        const byte SingleSegmentWithSizeOfFourBytes = 0xa0;
        var frame = new List<byte>([.. Number(0xFD2FB528), SingleSegmentWithSizeOfFourBytes, .. Number((uint)plain.Length)]);
        int at = 0;
        do
        {
            int length = Math.Min(plain.Length - at, at == 0 ? ExtentDraft.HeaderLength : LongestBlock);
            bool isLast = at + length == plain.Length;
            frame.AddRange(Number((uint)(length << 3 | (isLast ? 1 : 0)))[..3]);
            frame.AddRange(plain.AsSpan(at, length));
            at += length;
        }
        while (at < plain.Length);
        return [.. frame];
    }

    private byte[] MapContent()
    {
        byte[] content = [.. "VMAI"u8, .. Number(1), .. Number((uint)Map.Count), .. Map.SelectMany(static entry => entry.ToBytes())];
        return [.. content, .. Number(Crc32CBitByBit.Of(content))];
    }

    private static byte[] TableContent(List<(int Compressed, int Plain)> frames) =>
        [.. frames.SelectMany(static frame => (byte[])[.. Number((uint)frame.Compressed), .. Number((uint)frame.Plain)]),
            .. Number((uint)frames.Count), 0, .. Number(0x8F92EAB1)];

    private static byte[] Number(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    /// <summary>What the cluster map tells of one device in one frame.</summary>
    public sealed record MapEntry(uint Frame, byte Device, bool IsZero, ushort Clusters, uint First, uint Last)
    {
        /// <summary>The entries of a frame that begins with an extent; none for any other bytes.</summary>
        public static IEnumerable<MapEntry> Of(uint frame, byte[] plain)
        {
            if (!plain.AsSpan().StartsWith("VMAE"u8))
            {
                return [];
            }

            var slots = Enumerable.Range(0, ExtentDraft.Slots).Select(slot => plain.AsSpan(40 + slot * 8, 8).ToArray()).Where(static slot => slot[3] != 0);
            return slots.GroupBy(static slot => slot[3]).OrderBy(static device => device.Key).Select(device =>
            {
                uint[] clusters = [.. device.Select(static slot => BinaryPrimitives.ReadUInt32BigEndian(slot.AsSpan(4)))];
                bool isZero = device.All(static slot => slot[0] == 0 && slot[1] == 0);
                return new MapEntry(frame, device.Key, isZero, (ushort)clusters.Length, clusters.Min(), clusters.Max());
            });
        }

        public byte[] ToBytes() =>
            [.. Number(Frame), Device, (byte)(IsZero ? 1 : 0), (byte)(Clusters & 0xff), (byte)(Clusters >> 8), .. Number(First), .. Number(Last)];
    }
}
