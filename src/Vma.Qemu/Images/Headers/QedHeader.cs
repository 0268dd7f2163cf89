// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Text;

namespace Vma.Qemu.Images.Headers;

/// <summary>The header of a QED image, little-endian.</summary>
internal static class QedHeader
{
    private const int FeaturesOffset = 16, NameOffset = 56, NameLengthOffset = 60, HeaderLength = 64, MaxName = 1023;
    private const ulong HasBacking = 1, NeedsCheck = 2, BackingIsRaw = 4;

    public static ReadOnlySpan<byte> Magic => "QED\0"u8;

    /// <inheritdoc cref="ImageHeader.Read"/>
    public static string? Read(ReadOnlySpan<byte> start, out ImageHeader header)
    {
        header = new ImageHeader();
        if (start.Length < HeaderLength || !start.StartsWith(Magic))
        {
            return "is no QED image";
        }

        ulong features = BinaryPrimitives.ReadUInt64LittleEndian(start[FeaturesOffset..]);
        if ((features & ~(HasBacking | NeedsCheck | BackingIsRaw)) is not 0 and var unknown)
        {
            return $"needs QED features that are not known here (0x{unknown:x})";
        }

        if ((features & HasBacking) == 0)
        {
            return null;
        }

        uint at = BinaryPrimitives.ReadUInt32LittleEndian(start[NameOffset..]), length = BinaryPrimitives.ReadUInt32LittleEndian(start[NameLengthOffset..]);
        if (length is 0 or > MaxName || at > start.Length || length > start.Length - at)
        {
            return "names another file outside of its header";
        }

        header = header with
        {
            Backing = Encoding.UTF8.GetString(start.Slice((int)at, (int)length)),
            BackingFormat = (features & BackingIsRaw) != 0 ? "raw" : null,
        };
        return null;
    }
}
