// SPDX-License-Identifier: MIT

using static Vma.Format.VmaLayout;

namespace Vma.Format;

/// <summary>Where each field of the archive header is (docs/format.md, "Header"). Offsets and lengths in bytes.</summary>
internal static class HeaderLayout
{
    public const int MagicOffset = 0;
    public const int MagicLength = 4;
    public const int VersionOffset = MagicOffset + MagicLength;
    public const int UuidOffset = VersionOffset + 4;
    public const int CreationTimeOffset = UuidOffset + UuidLength;
    public const int Md5Offset = CreationTimeOffset + 8;
    public const int BlobBufferOffsetOffset = Md5Offset + Md5.Length;
    public const int BlobBufferSizeOffset = BlobBufferOffsetOffset + 4;
    public const int HeaderSizeOffset = BlobBufferSizeOffset + 4;
    public const int Reserved1Offset = HeaderSizeOffset + 4;
    public const int Reserved1Length = 1984;
    public const int ConfigNamesOffset = Reserved1Offset + Reserved1Length;
    public const int ConfigDataOffset = ConfigNamesOffset + ConfigSlots * 4;
    public const int Reserved2Offset = ConfigDataOffset + ConfigSlots * 4;
    public const int Reserved2Length = 4;
    public const int DevicesOffset = Reserved2Offset + Reserved2Length;
    public const int FixedLength = DevicesOffset + DeviceSlots * DeviceLength;

    public const int DeviceNameOffset = 0;
    public const int DeviceReserved1Offset = DeviceNameOffset + 4;
    public const int DeviceSizeOffset = DeviceReserved1Offset + 4;
    public const int DeviceReserved2Offset = DeviceSizeOffset + 8;
    public const int DeviceReserved2Length = 16;
    public const int DeviceLength = DeviceReserved2Offset + DeviceReserved2Length;

    public const uint Version = 1;
    public const int MaxReadableLength = 16 << 20;

    /// <summary>What the reference writer refuses to go over, and so do we.</summary>
    public const int MaxWritableLength = 512 << 10;

    /// <summary>"VMA\0"</summary>
    public static ReadOnlySpan<byte> Magic => "VMA\0"u8;

    // Does not compile when the sum of all fields is not what the format says.
    public const uint FixedLengthIsRight = 1 / (FixedLength == 12288 ? 1u : 0u);
    public const uint DeviceLengthIsRight = 1 / (DeviceLength == 32 && DevicesOffset == 4096 ? 1u : 0u);
}
