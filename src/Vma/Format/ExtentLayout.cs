// SPDX-License-Identifier: MIT

using static Vma.Format.VmaLayout;

namespace Vma.Format;

/// <summary>Where each field of an extent header is (docs/format.md, "Extent"). Offsets and lengths in bytes.</summary>
internal static class ExtentLayout
{
    public const int MagicOffset = 0;
    public const int MagicLength = 4;
    public const int ReservedOffset = MagicOffset + MagicLength;
    public const int BlockCountOffset = ReservedOffset + 2;
    public const int UuidOffset = BlockCountOffset + 2;
    public const int Md5Offset = UuidOffset + UuidLength;
    public const int SlotsOffset = Md5Offset + Md5.Length;
    public const int SlotLength = 8;
    public const int Slots = 59;
    public const int HeaderLength = SlotsOffset + Slots * SlotLength;

    public const int MaxDataLength = Slots * VmaCluster.Size;

    /// <summary>Where the reference writer closes an extent, though 59 would fit.</summary>
    public const int ReferenceClustersPerExtent = 58;

    /// <summary>"VMAE"</summary>
    public static ReadOnlySpan<byte> Magic => "VMAE"u8;

    // Does not compile when the sum of all fields is not what the format says.
    public const uint HeaderLengthIsRight = 1 / (HeaderLength == 512 ? 1u : 0u);
}
