// SPDX-License-Identifier: MIT

using Vma.Format;

namespace Vma.Indexing;

/// <summary>What is kept of an extent: 24 bytes.</summary>
internal struct ExtentPlace
{
    public ExtentPlace(ReadOnlySpan<byte> header, long offset)
    {
        Offset = offset;
        HeaderChecksum = Crc32C.Compute(header);
        _blockCount = (ushort)new ExtentHeader(header).BlockCount;
    }

    /// <summary>Where its header starts.</summary>
    public readonly long Offset;

    /// <summary>Bit k: the data of slot k was compared with its seal, and was right.</summary>
    private ulong _proven;

    /// <summary>The CRC-32C of its header, by which its seal is known.</summary>
    public readonly uint HeaderChecksum;

    private readonly ushort _blockCount;

    /// <summary>Whether bytes were lost from inside its data, so that without a seal none of it can be trusted.</summary>
    public bool IsCut;

    public readonly long DataOffset => Offset + ExtentLayout.HeaderLength;

    public readonly long DataEnd => DataOffset + _blockCount * VmaCluster.BlockSize;

    /// <summary>Whether so many slots from a first one on were all found right.</summary>
    public readonly bool IsProven(int slot, int count)
    {
        ulong wanted = Bits(slot, count);
        return (Volatile.Read(in _proven) & wanted) == wanted;
    }

    public void Prove(int slot, int count) => Interlocked.Or(ref _proven, Bits(slot, count));

    private static ulong Bits(int slot, int count) => (ulong.MaxValue >> (64 - count)) << slot;
}
