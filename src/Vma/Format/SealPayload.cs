// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Vma.Format;

/// <summary>What a null extent of ours is.</summary>
internal enum SealKind : byte
{
    /// <summary>Not ours.</summary>
    None = 0,
    Seal = 1,
    EndMark = 2,
}

/// <summary>The checksum of each slot's stored blocks.</summary>
[InlineArray(ExtentLayout.Slots)]
internal struct SlotChecksums
{
    private uint _first;
}

/// <summary>The payload of a seal or an end mark (docs/integrity.md).</summary>
internal struct SealPayload
{
    private const int MagicOffset = 0;
    private const int KindOffset = MagicOffset + 4;
    private const int VersionOffset = KindOffset + 1;
    private const int SlotCountOffset = VersionOffset + 1;
    private const int NumberOffset = SlotCountOffset + 2;
    private const int ExtentOffsetOffset = NumberOffset + 8;
    private const int ChecksumOffset = ExtentOffsetOffset + 8;
    private const int SlotChecksumsOffset = ChecksumOffset + 4;
    private const int ZeroCountOffset = SlotChecksumsOffset + ExtentLayout.Slots * 4;
    private const int ZeroChecksumOffset = ZeroCountOffset + 4;
    private const int FieldsLength = ZeroChecksumOffset + 4;

    // Does not compile when the fields do not fill the payload's layout of docs/integrity.md.
    public const uint FieldsLengthIsRight = 1 / (FieldsLength == 272 && FieldsLength <= NullExtent.PayloadLength ? 1u : 0u);

    public const byte LayoutVersion = 2;

    private static ReadOnlySpan<byte> Magic => "VSEA"u8;

    public SealKind Kind;

    /// <summary>How many slots the sealed extent uses up to and with its last used one.</summary>
    public ushort SlotCount;

    /// <summary>A seal: the number of its extent among the data extents. An end mark: how many data extents there are.</summary>
    public ulong Number;

    /// <summary>A seal: where its extent starts. An end mark: where itself starts. In bytes of the uncompressed archive.</summary>
    public ulong Offset;

    /// <summary>A seal: the sealed extent's header. An end mark: the payloads of all seals, in order.</summary>
    public uint Checksum;

    public SlotChecksums Slots;

    /// <summary>The zero extents between the seal before this one, or the header, and the sealed extent, or the end mark.</summary>
    public ZeroExtents ZeroesBefore;

    public readonly void Write(Span<byte> payload)
    {
        payload[..NullExtent.PayloadLength].Clear();
        Magic.CopyTo(payload);
        payload[KindOffset] = (byte)Kind;
        payload[VersionOffset] = LayoutVersion;
        BinaryPrimitives.WriteUInt16BigEndian(payload[SlotCountOffset..], SlotCount);
        BinaryPrimitives.WriteUInt64BigEndian(payload[NumberOffset..], Number);
        BinaryPrimitives.WriteUInt64BigEndian(payload[ExtentOffsetOffset..], Offset);
        BinaryPrimitives.WriteUInt32BigEndian(payload[ChecksumOffset..], Checksum);
        for (int i = 0; i < ExtentLayout.Slots; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(payload[(SlotChecksumsOffset + i * 4)..], Slots[i]);
        }

        BinaryPrimitives.WriteUInt32BigEndian(payload[ZeroCountOffset..], ZeroesBefore.Count);
        BinaryPrimitives.WriteUInt32BigEndian(payload[ZeroChecksumOffset..], ZeroesBefore.Checksum);
    }

    /// <summary>What the header of a null extent carries; nothing of ours when its kind is <see cref="SealKind.None"/>.</summary>
    public static SealPayload ReadFrom(ReadOnlySpan<byte> header)
    {
        Span<byte> payload = stackalloc byte[NullExtent.PayloadLength];
        NullExtent.ReadPayload(header, payload);
        return TryRead(payload, out SealPayload seal) ? seal : default;
    }

    /// <summary>
    /// The seal in the 512 bytes behind an extent whose header has the CRC-32C <paramref name="headerChecksum"/>; null when they are no seal, or the seal
    /// of another extent. Where bytes were lost, the checksums of another extent's seal could fit data that is not this extent's.
    /// </summary>
    public static SealPayload? SealOf(uint headerChecksum, ReadOnlySpan<byte> behind, Guid uuid)
    {
        if (behind.Length != ExtentLayout.HeaderLength || !ExtentHeader.IsValid(behind, uuid) || new ExtentHeader(behind).HasClusters)
        {
            return null;
        }

        SealPayload seal = ReadFrom(behind);
        return seal.Kind == SealKind.Seal && seal.Checksum == headerChecksum ? seal : null;
    }

    /// <summary>Reads a payload; false when another program wrote it, or its version is unknown here.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out SealPayload seal)
    {
        seal = default;
        if (!payload.StartsWith(Magic) || payload[VersionOffset] != LayoutVersion || (SealKind)payload[KindOffset] is not (SealKind.Seal or SealKind.EndMark))
        {
            return false;
        }

        seal.Kind = (SealKind)payload[KindOffset];
        seal.SlotCount = BinaryPrimitives.ReadUInt16BigEndian(payload[SlotCountOffset..]);
        seal.Number = BinaryPrimitives.ReadUInt64BigEndian(payload[NumberOffset..]);
        seal.Offset = BinaryPrimitives.ReadUInt64BigEndian(payload[ExtentOffsetOffset..]);
        seal.Checksum = BinaryPrimitives.ReadUInt32BigEndian(payload[ChecksumOffset..]);
        for (int i = 0; i < ExtentLayout.Slots; i++)
        {
            seal.Slots[i] = BinaryPrimitives.ReadUInt32BigEndian(payload[(SlotChecksumsOffset + i * 4)..]);
        }

        seal.ZeroesBefore = new ZeroExtents(
            BinaryPrimitives.ReadUInt32BigEndian(payload[ZeroCountOffset..]), BinaryPrimitives.ReadUInt32BigEndian(payload[ZeroChecksumOffset..]));

        return true;
    }
}
