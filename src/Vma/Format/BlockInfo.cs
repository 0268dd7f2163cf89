// SPDX-License-Identifier: MIT

using System.Numerics;

namespace Vma.Format;

/// <summary>One slot of an extent: which blocks of which cluster are stored. Device id 0 marks an unused slot.</summary>
internal readonly record struct BlockInfo(ushort Mask, byte DeviceId, uint Cluster)
{
    public const ushort FullMask = 0xffff;

    public bool IsUsed => DeviceId != 0;

    public int StoredBlocks => IsUsed ? BitOperations.PopCount(Mask) : 0;

    public int StoredLength => StoredBlocks * VmaCluster.BlockSize;

    public ulong Pack() => ((ulong)Mask << 48) | ((ulong)DeviceId << 32) | Cluster;

    public static BlockInfo Unpack(ulong value) => new((ushort)(value >> 48), (byte)((value >> 32) & 0xff), (uint)(value & uint.MaxValue));
}
