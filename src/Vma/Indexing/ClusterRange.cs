// SPDX-License-Identifier: MIT

using System.Numerics;
using Vma.Format;

namespace Vma.Indexing;

/// <summary>
/// Clusters of a disk that follow each other and of which one thing is known: that they are all zeros, or where in one extent they are. The
/// data of all of them then stands together.
/// </summary>
internal readonly record struct ClusterRange
{
    /// <summary>What <see cref="Extent"/> is when nothing is stored.</summary>
    public const int NoExtent = -1;

    public uint First { get; init; }

    public uint Count { get; init; }

    /// <summary>The number of the extent, or <see cref="NoExtent"/>.</summary>
    public int Extent { get; init; }

    /// <summary>The extent's slot of the first cluster.</summary>
    public int Slot { get; init; }

    /// <summary>How many blocks of data the extent stores in front of the first cluster's.</summary>
    public int BlocksBefore { get; init; }

    /// <summary>The masks of the clusters; empty when all blocks of all are stored.</summary>
    public ReadOnlyMemory<ushort> Masks { get; init; }

    public bool IsZero => Extent == NoExtent;

    public bool IsFull => !IsZero && Masks.IsEmpty;

    public long End => (long)First + Count;

    public ushort MaskOf(int index) => IsZero ? (ushort)0 : Masks.IsEmpty ? BlockInfo.FullMask : Masks.Span[index];

    /// <summary>How many blocks of data the extent stores in front of a cluster's.</summary>
    public int BlocksBeforeCluster(int index)
    {
        if (Masks.IsEmpty)
        {
            return BlocksBefore + index * VmaCluster.BlocksPerCluster;
        }

        int blocks = BlocksBefore;
        foreach (ushort mask in Masks.Span[..index])
        {
            blocks += BitOperations.PopCount(mask);
        }

        return blocks;
    }
}
