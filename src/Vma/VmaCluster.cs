// SPDX-License-Identifier: MIT

using System.Numerics;

namespace Vma;

/// <summary>
/// One cluster as an archive stores it: up to 16 blocks of 4 KiB, those that are all zeros left out. The memory belongs to the reader
/// and holds until its next call.
/// </summary>
/// <param name="Device">The device that the cluster is of.</param>
/// <param name="Number">The cluster's number; its first byte on the disk is the number times 65,536.</param>
/// <param name="StoredBlocks">Bit k is set when block k is stored.</param>
/// <param name="Stored">The stored blocks, back to back.</param>
public readonly record struct VmaCluster(VmaDevice Device, long Number, int StoredBlocks, ReadOnlyMemory<byte> Stored)
{
    /// <summary>How many bytes a block has, the unit in which zeros are left out: 4,096.</summary>
    public const int BlockSize = 4096;

    /// <summary>How many bytes a cluster has: 65,536. The last one of a disk may reach past its end.</summary>
    public const int Size = BlockSize * BlocksPerCluster;

    /// <summary>How many bytes a disk has at most: 2^48, since cluster numbers have 32 bits.</summary>
    public const long LargestDisk = (long)Size << 32;

    internal const int BlocksPerCluster = 16;

    /// <summary>How many clusters so many bytes take.</summary>
    internal static long CountFor(long bytes) => bytes / Size + (bytes % Size == 0 ? 0 : 1);

    /// <summary>The first byte of the cluster on the disk.</summary>
    public long DiskOffset => Number * Size;

    /// <summary>Whether it is all zeros.</summary>
    public bool IsZero => StoredBlocks == 0;

    /// <summary>
    /// How many of its bytes lie before the end of the disk: 65,536, or fewer for the last cluster. Of RAM state it is always 65,536.
    /// </summary>
    public int Length => Device.IsMemoryState ? Size : Device.LengthOf(Number);

    /// <summary>Puts the cluster's <see cref="Length"/> bytes, zeros included, at the start of <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentException">The destination is shorter.</exception>
    public void CopyTo(Span<byte> destination)
    {
        if (destination.Length < Length)
        {
            throw new ArgumentException($"the cluster has {Length} bytes", nameof(destination));
        }

        Span<byte> cluster = destination[..Length];
        cluster.Clear();
        ReadOnlySpan<byte> stored = Stored.Span;
        for (int rest = StoredBlocks; rest != 0; rest &= rest - 1)
        {
            int at = BitOperations.TrailingZeroCount(rest) * BlockSize;
            if (at < cluster.Length)
            {
                stored[..Math.Min(BlockSize, cluster.Length - at)].CopyTo(cluster[at..]);
            }

            stored = stored[BlockSize..];
        }
    }
}
