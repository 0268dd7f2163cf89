// SPDX-License-Identifier: MIT

using System.Numerics;
using Vma.Extents;
using Vma.Format;

namespace Vma.Writing;

/// <summary>Collects clusters into one extent, leaves their zero blocks out, and makes the extent's header and seal.</summary>
internal sealed class ExtentPacker(int clustersPerExtent) : IDisposable
{
    private readonly ExtentBuffer _buffer = ExtentBufferPool.Rent();
    private readonly List<BlockInfo> _slots = new(ExtentLayout.Slots);
    private SealPayload _seal;
    private int _archivedLength;

    public bool IsFull => _slots.Count == clustersPerExtent;

    public bool IsEmpty => _slots.Count == 0;

    /// <summary>How many bytes of data are packed.</summary>
    public int DataLength { get; private set; }

    public IReadOnlyList<BlockInfo> Slots => _slots;

    /// <summary>The extent's bytes, with its seal when it has one, once it was completed. They hold until the next <see cref="Reset"/>.</summary>
    public ReadOnlySpan<byte> Archived => _buffer.Archived(_archivedLength);

    /// <summary>Room for one cluster behind the packed data, for the caller to fill before <see cref="Pack"/>.</summary>
    public Span<byte> Room => _buffer.Data.Slice(DataLength, VmaCluster.Size);

    /// <summary>
    /// Takes the cluster whose first <paramref name="length"/> bytes are in <see cref="Room"/>; what is behind them is the end of the
    /// disk. Gives the number of bytes stored. With <paramref name="keepZeroes"/> all of it is stored.
    /// </summary>
    public int Pack(byte device, uint cluster, int length, bool keepZeroes)
    {
        Span<byte> room = Room;
        room[length..].Clear();
        ushort mask = keepZeroes ? BlockInfo.FullMask : ZeroBlocks.MaskOf(room[..length]);
        if (mask != BlockInfo.FullMask)
        {
            CloseGaps(room, mask);
        }

        var info = new BlockInfo(mask, device, cluster);
        _seal.Slots[_slots.Count] = mask == 0 ? 0 : Crc32C.Compute(room[..info.StoredLength]);
        DataLength += info.StoredLength;
        Add(info);
        return info.StoredLength;
    }

    /// <summary>Takes a cluster that is all zeros.</summary>
    public void PackZeroes(byte device, uint cluster) => Add(new BlockInfo(0, device, cluster));

    /// <summary>Makes the extent whole.</summary>
    public void Complete(Guid uuid)
    {
        Span<byte> header = _buffer.HeaderBytes;
        header[(ExtentLayout.SlotsOffset + _slots.Count * ExtentLayout.SlotLength)..].Clear();
        ExtentHeader.Complete(header, uuid, DataLength / VmaCluster.BlockSize);
        _archivedLength = DataLength;
    }

    /// <summary>Puts the seal behind an extent that is whole and has data; the seal's payload goes to <paramref name="payload"/>.</summary>
    public void Seal(Guid uuid, ulong number, long offset, ZeroExtents before, Span<byte> payload)
    {
        _seal.Kind = SealKind.Seal;
        _seal.SlotCount = (ushort)_slots.Count;
        _seal.Number = number;
        _seal.Offset = (ulong)offset;
        _seal.Checksum = Crc32C.Compute(_buffer.HeaderBytes);
        _seal.ZeroesBefore = before;
        _seal.Write(payload);
        NullExtent.Write(_buffer.Data[DataLength..], payload, uuid);
        _archivedLength = DataLength + ExtentLayout.HeaderLength;
    }

    public void Dispose() => ExtentBufferPool.Return(_buffer);

    public void Reset()
    {
        _slots.Clear();
        _archivedLength = 0;
        DataLength = 0;
        _seal = default;
    }

    private void Add(BlockInfo info)
    {
        ExtentHeader.WriteSlot(_buffer.HeaderBytes, _slots.Count, info);
        _slots.Add(info);
    }

    private static void CloseGaps(Span<byte> room, ushort mask)
    {
        int packed = 0;
        for (int rest = mask; rest != 0; rest &= rest - 1)
        {
            int block = BitOperations.TrailingZeroCount(rest);
            if (block != packed)
            {
                room.Slice(block * VmaCluster.BlockSize, VmaCluster.BlockSize).CopyTo(room[(packed * VmaCluster.BlockSize)..]);
            }

            packed++;
        }
    }
}
