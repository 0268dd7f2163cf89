// SPDX-License-Identifier: MIT

using Vma.Extents;
using Vma.Format;

namespace Vma.Indexing;

/// <summary>Gathers slots of one extent that stand side by side and whose clusters follow each other.</summary>
internal struct ClusterRangeBuilder(Slot slot)
{
    public byte Device { get; } = slot.Info.DeviceId;

    public uint First { get; } = slot.Info.Cluster;

    public int Slot { get; } = slot.Index;

    public int BlocksBefore { get; } = slot.DataOffset / VmaCluster.BlockSize;

    public int Count { get; private set; } = 1;

    public bool IsZero { get; private set; } = slot.Info.Mask == 0;

    public bool IsFull { get; private set; } = slot.Info.Mask == BlockInfo.FullMask;

    public bool TryExtend(Slot next)
    {
        if (Count == 0 || next.Info.DeviceId != Device || next.Index != Slot + Count || next.Info.Cluster != (long)First + Count)
        {
            return false;
        }

        Count++;
        IsZero &= next.Info.Mask == 0;
        IsFull &= next.Info.Mask == BlockInfo.FullMask;
        return true;
    }

    public readonly void CopyMasks(ExtentHeader header, Span<ushort> masks)
    {
        for (int i = 0; i < Count; i++)
        {
            masks[i] = header[Slot + i].Mask;
        }
    }

    /// <summary>The range, in an extent of that number.</summary>
    public readonly ClusterRange ToRange(ExtentHeader header, int extent)
    {
        ushort[] masks = IsZero || IsFull ? [] : new ushort[Count];
        if (masks.Length > 0)
        {
            CopyMasks(header, masks);
        }

        return new ClusterRange
        {
            First = First,
            Count = (uint)Count,
            Extent = IsZero ? ClusterRange.NoExtent : extent,
            Slot = Slot,
            BlocksBefore = BlocksBefore,
            Masks = masks,
        };
    }
}
