// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Numerics;

namespace Vma.Tests.Support;

/// <summary>Where everything stands in a sound archive, by docs/format.md alone.</summary>
internal sealed class ArchiveMap
{
    public ArchiveMap(byte[] archive)
    {
        HeaderLength = (int)BinaryPrimitives.ReadUInt32BigEndian(archive.AsSpan(56));
        for (int at = HeaderLength; at < archive.Length;)
        {
            MapExtent extent = ReadExtent(archive, at);
            if (extent.Slots.Count > 0)
            {
                Extents.Add(extent);
            }
            else if (Extents.Count > 0 && Extents[^1].End == at && Extents[^1].HasData)
            {
                Extents[^1] = Extents[^1] with { IsSealed = true };
            }

            at = extent.End;
        }
    }

    public int HeaderLength { get; }

    /// <summary>Extents that have clusters, in order.</summary>
    public List<MapExtent> Extents { get; } = [];

    /// <summary>
    /// The clusters that are lost when these bytes are changed in place: those that are touched, all of an extent whose header is hit, and those that store
    /// anything of an extent whose seal is hit.
    /// </summary>
    public HashSet<(byte Device, uint Cluster)> Touched(params IEnumerable<(int Offset, int Length)> ranges)
    {
        var touched = new HashSet<(byte, uint)>();
        foreach ((int offset, int length) in ranges)
        {
            foreach (MapExtent extent in Extents)
            {
                bool headerHit = Meets(extent.Offset, ExtentDraft.HeaderLength);
                bool sealHit = extent.IsSealed && Meets(extent.End, ExtentDraft.HeaderLength);
                touched.UnionWith(extent.Slots.Where(slot => headerHit || (sealHit && slot.Length > 0) || Meets(slot.DataOffset, slot.Length))
                    .Select(slot => (slot.Device, slot.Cluster)));
            }

            bool Meets(int start, int count) => start < offset + length && start + count > offset;
        }

        return touched;
    }

    public static HashSet<(byte Device, uint Cluster)> ClustersOf(params IEnumerable<MapExtent> extents) =>
        [.. extents.SelectMany(extent => extent.Slots).Select(slot => (slot.Device, slot.Cluster))];

    private static MapExtent ReadExtent(byte[] archive, int start)
    {
        var slots = new List<MapSlot>();
        int data = start + ExtentDraft.HeaderLength;
        for (int slot = 0; slot < ExtentDraft.Slots; slot++)
        {
            ReadOnlySpan<byte> info = archive.AsSpan(start + 40 + slot * 8, 8);
            if (info[3] != 0)
            {
                ushort mask = BinaryPrimitives.ReadUInt16BigEndian(info);
                slots.Add(new MapSlot(info[3], BinaryPrimitives.ReadUInt32BigEndian(info[4..]), mask, data));
                data += slots[^1].Length;
            }
        }

        return new MapExtent(start, data, slots, IsSealed: false);
    }
}

/// <param name="Offset">Where its header starts.</param>
/// <param name="End">Where its data ends, and its seal starts.</param>
/// <param name="Slots">Its clusters.</param>
/// <param name="IsSealed">Whether a null extent follows.</param>
internal sealed record MapExtent(int Offset, int End, IReadOnlyList<MapSlot> Slots, bool IsSealed)
{
    public bool HasData => End > Offset + ExtentDraft.HeaderLength;

    /// <summary>Where what belongs to it ends, its seal included.</summary>
    public int UnitEnd => End + (IsSealed ? ExtentDraft.HeaderLength : 0);
}

internal sealed record MapSlot(byte Device, uint Cluster, ushort Mask, int DataOffset)
{
    public int Length => BitOperations.PopCount(Mask) * ArchiveBuilder.Block;

    /// <summary>The cluster as the bytes of <paramref name="archive"/> at its place make it.</summary>
    public byte[] Expand(byte[] archive)
    {
        var cluster = new byte[ArchiveBuilder.Cluster];
        int at = DataOffset;
        foreach (int block in Enumerable.Range(0, 16).Where(block => (Mask >> block & 1) != 0))
        {
            archive.AsSpan(at, ArchiveBuilder.Block).CopyTo(cluster.AsSpan(block * ArchiveBuilder.Block));
            at += ArchiveBuilder.Block;
        }

        return cluster;
    }
}
