// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Text;

namespace Vma.Qemu.Images.Headers;

/// <summary>The header of a qcow2 image, big-endian. What it names stands in its first cluster.</summary>
internal static class Qcow2Header
{
    public const int MaxClusterBits = 21;

    private const int VersionOffset = 4, BackingOffset = 8, BackingLengthOffset = 16, ClusterBitsOffset = 20, EncryptionOffset = 32;
    private const int IncompatibleOffset = 72, HeaderLengthOffset = 100;
    private const int Header2Length = 72, Header3Length = 104, ExtensionHeaderLength = 8, ExtensionAlignment = 8;
    private const int MinClusterBits = 9, MaxName = 1023;
    private const uint EndOfExtensions = 0, DataFileName = 0x44415441, BackingFormatName = 0xe2792aca;
    private const ulong ExternalData = 1 << 2;
    private const ulong KnownFeatures = (1 << 0) | ExternalData | (1 << 3) | (1 << 4); // not closed well, a compression type, subclusters
    private const string Damaged = "has a qcow2 header that is damaged or cut";

    public static ReadOnlySpan<byte> Magic => [0x51, 0x46, 0x49, 0xfb]; // "QFI\xfb"

    /// <inheritdoc cref="ImageHeader.Read"/>
    public static string? Read(ReadOnlySpan<byte> start, out ImageHeader header)
    {
        header = new ImageHeader();
        uint version = start.Length < Header3Length || !start.StartsWith(Magic) ? 0 : Number(start, VersionOffset);
        if (version is not (2 or 3))
        {
            return "is no qcow2 image of version 2 or 3";
        }

        uint clusterBits = Number(start, ClusterBitsOffset);
        uint headerLength = version == 2 ? Header2Length : Number(start, HeaderLengthOffset);
        if (clusterBits is < MinClusterBits or > MaxClusterBits || start.Length < 1 << (int)clusterBits || headerLength > 1 << (int)clusterBits
            || (version == 3 && headerLength < Header3Length))
        {
            return Damaged;
        }

        ReadOnlySpan<byte> cluster = start[..(1 << (int)clusterBits)];
        ulong features = version == 2 ? 0 : BinaryPrimitives.ReadUInt64BigEndian(start[IncompatibleOffset..]);
        if ((features & ~KnownFeatures) != 0)
        {
            return $"needs qcow2 features that are not known here (0x{features & ~KnownFeatures:x})";
        }

        ulong at = BinaryPrimitives.ReadUInt64BigEndian(start[BackingOffset..]);
        uint length = Number(start, BackingLengthOffset);
        if (at != 0 && (length > MaxName || at > (ulong)cluster.Length - length))
        {
            return "has a qcow2 header that names another file outside of itself";
        }

        header = header with
        {
            Backing = at == 0 ? null : Text(cluster.Slice((int)at, (int)length)),
            HasDataFile = (features & ExternalData) != 0,
            Encryption = Number(start, EncryptionOffset) switch { 0 => null, 1 => "aes", _ => "luks" },
        };
        return ReadExtensions(cluster, (int)headerLength, ref header);
    }

    private static string? ReadExtensions(ReadOnlySpan<byte> cluster, int at, ref ImageHeader header)
    {
        while (at <= cluster.Length - ExtensionHeaderLength)
        {
            uint type = Number(cluster, at), length = Number(cluster, at + sizeof(uint));
            if (type == EndOfExtensions)
            {
                return null;
            }

            if (length > cluster.Length - ExtensionHeaderLength - at)
            {
                return $"has a qcow2 header extension at byte {at} that leads out of the header";
            }

            string value = type is DataFileName or BackingFormatName ? Text(cluster.Slice(at + ExtensionHeaderLength, (int)length)) : string.Empty;
            header = type switch
            {
                DataFileName => header with { DataFile = value },
                BackingFormatName => header with { BackingFormat = value },
                _ => header,
            };
            at += ExtensionHeaderLength + (((int)length + ExtensionAlignment - 1) / ExtensionAlignment * ExtensionAlignment);
        }

        return at == cluster.Length ? null : Damaged;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    private static uint Number(ReadOnlySpan<byte> data, int offset) => BinaryPrimitives.ReadUInt32BigEndian(data[offset..]);
}
