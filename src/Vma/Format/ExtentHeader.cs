// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using static Vma.Format.ExtentLayout;

namespace Vma.Format;

/// <summary>The header of an extent, read in place.</summary>
internal readonly ref struct ExtentHeader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes[..HeaderLength];

    public int BlockCount => BinaryPrimitives.ReadUInt16BigEndian(_bytes[BlockCountOffset..]);

    public int DataLength => BlockCount * VmaCluster.BlockSize;

    public Guid Uuid => new(_bytes.Slice(UuidOffset, VmaLayout.UuidLength), bigEndian: true);

    public BlockInfo this[int slot] => BlockInfo.Unpack(BinaryPrimitives.ReadUInt64BigEndian(_bytes[(SlotsOffset + slot * SlotLength)..]));

    /// <summary>Whether any slot is used. One without is empty (all slots zero) or a null extent.</summary>
    public bool HasClusters
    {
        get
        {
            for (int slot = 0; slot < Slots; slot++)
            {
                if (this[slot].IsUsed)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Whether these bytes are an extent of the archive <paramref name="uuid"/> in all that the format demands of a header.</summary>
    public static bool IsValid(ReadOnlySpan<byte> bytes, Guid? uuid) => Check(bytes, uuid, 0) is null;

    /// <summary>As <see cref="IsValid"/>, of bytes that may be fewer than a header's.</summary>
    public static bool IsWholeAndValid(ReadOnlySpan<byte> bytes, Guid? uuid) => bytes.Length >= HeaderLength && IsValid(bytes, uuid);

    /// <summary>
    /// The first thing that is wrong with 512 bytes at <paramref name="offset"/> as an extent header; null when nothing is. Without
    /// <paramref name="uuid"/> an extent of any archive will do.
    /// </summary>
    public static VmaFault? Check(ReadOnlySpan<byte> bytes, Guid? uuid, long offset)
    {
        if (CheckShape(bytes, uuid, offset) is { } misshapen)
        {
            return misshapen;
        }

        if (!Md5.Matches(bytes[..HeaderLength], Md5Offset))
        {
            return new(VmaFaultCode.ExtentChecksum, offset + Md5Offset, "the extent's header does not match its MD5");
        }

        var header = new ExtentHeader(bytes);
        int stored = 0;
        for (int slot = 0; slot < Slots; slot++)
        {
            stored += header[slot].StoredBlocks;
        }

        if (stored != header.BlockCount)
        {
            string message = $"the extent's block count is {header.BlockCount}, but its slots store {stored} blocks";
            return new(VmaFaultCode.BlockCount, offset + BlockCountOffset, message);
        }

        return null;
    }

    /// <summary>As <see cref="Check"/>, but only what costs next to nothing: without MD5 and the count of blocks.</summary>
    public static VmaFault? CheckShape(ReadOnlySpan<byte> bytes, Guid? uuid, long offset)
    {
        return !bytes.StartsWith(Magic)
                ? new(VmaFaultCode.ExtentMagic, offset, "there is no extent where one should begin")
            : BinaryPrimitives.ReadUInt16BigEndian(bytes[ReservedOffset..]) != 0
                ? new(VmaFaultCode.ExtentReserved, offset + ReservedOffset, "the extent's reserved field is not zero")
            : uuid is { } expected && new ExtentHeader(bytes).Uuid != expected
                ? new(VmaFaultCode.ExtentUuid, offset + UuidOffset, "the extent belongs to another archive: its uuid is not the header's")
            : null;
    }

    /// <summary>What is wrong with the fewer than 512 bytes that an archive ends in.</summary>
    public static VmaFault Cut(ReadOnlySpan<byte> rest, long offset)
    {
        ReadOnlySpan<byte> start = rest[..Math.Min(rest.Length, MagicLength)];
        return start.SequenceEqual(Magic[..start.Length])
            ? new(VmaFaultCode.ExtentCut, offset, $"the archive ends inside an extent's header: {rest.Length} of {HeaderLength} bytes are there")
            : new(VmaFaultCode.TrailingBytes, offset, $"{rest.Length} bytes that are no extent stand at the end");
    }

    /// <summary>Makes the header of 512 bytes that hold only slots into a whole one.</summary>
    public static void Complete(Span<byte> bytes, Guid uuid, int blockCount)
    {
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[ReservedOffset..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[BlockCountOffset..], (ushort)blockCount);
        uuid.TryWriteBytes(bytes[UuidOffset..], bigEndian: true, out _);
        Md5.HashWithZeroedField(bytes[..HeaderLength], Md5Offset, bytes.Slice(Md5Offset, Md5.Length));
    }

    public static void WriteSlot(Span<byte> bytes, int slot, BlockInfo info) =>
        BinaryPrimitives.WriteUInt64BigEndian(bytes[(SlotsOffset + slot * SlotLength)..], info.Pack());
}
