// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Text;

namespace Vma.Qemu.Guests.Ovf;

/// <summary>Looks at an image that a stranger made before any tool of QEMU's does: it must hold its data itself, and name no other file.</summary>
internal static class ForeignImage
{
    private const int Sector = 512;

    // VMDK, little-endian. QEMU looks for the descriptor behind the first sector, wherever the header says that it is.
    private const int VmdkHeaderLength = 44, CapacityOffset = 12, DescriptorOffset = 28;
    private const int DescriptorLength = 20 * Sector;
    private const string ParentName = "parentFileNameHint";

    // qcow2, big-endian. What it names stands in its first cluster.
    private const int VersionOffset = 4, BackingOffset = 8, ClusterBitsOffset = 20, EncryptionOffset = 32, IncompatibleOffset = 72, HeaderLengthOffset = 100;
    private const int Header2Length = 72, Header3Length = 104, ExtensionHeaderLength = 8, ExtensionAlignment = 8;
    private const int MinClusterBits = 9, MaxClusterBits = 21;
    private const uint Qcow2Magic = 0x514649fb; // "QFI\xfb"
    private const uint EndOfExtensions = 0, DataFileName = 0x44415441;
    private const ulong ExternalData = 1 << 2;
    private const ulong HarmlessFeatures = (1 << 0) | (1 << 3) | (1 << 4); // not closed well, a compression type, subclusters

    /// <summary>Why QEMU must not open the image, as the end of a sentence about it; null when it may.</summary>
    /// <param name="image">The image, from its start.</param>
    /// <param name="format">Its format, as QEMU calls it.</param>
    public static string? WhyNot(Stream image, string format) => format switch
    {
        "raw" => null,
        "vmdk" => WhyNotVmdk(image),
        "qcow2" => WhyNotQcow2(image),
        _ => $"has the format {format}; the disks of an OVA are VMDK, raw or qcow2",
    };

    private static string? WhyNotVmdk(Stream image)
    {
        ReadOnlySpan<byte> start = Start(image, Sector + DescriptorLength);
        if (start.Length < VmdkHeaderLength || !start.StartsWith("KDMV"u8) || !start[CapacityOffset..][..sizeof(long)].ContainsAnyExcept((byte)0))
        {
            return "is not a VMDK that holds its data itself";
        }

        ulong descriptor = BinaryPrimitives.ReadUInt64LittleEndian(start[DescriptorOffset..]);
        if (descriptor is not (0 or 1))
        {
            return "has its VMDK descriptor where none should be";
        }

        string text = Encoding.Latin1.GetString(start[Math.Min(Sector, start.Length)..]);
        return text.Contains(ParentName, StringComparison.OrdinalIgnoreCase) ? "names another VMDK that it lies on" : null;
    }

    private static string? WhyNotQcow2(Stream image)
    {
        ReadOnlySpan<byte> start = Start(image, 1 << MaxClusterBits);
        uint version = start.Length < Header3Length || Number(start, 0) != Qcow2Magic ? 0 : Number(start, VersionOffset);
        if (version is not (2 or 3))
        {
            return "is no qcow2 image of version 2 or 3";
        }

        uint clusterBits = Number(start, ClusterBitsOffset);
        uint headerLength = version == 2 ? Header2Length : Number(start, HeaderLengthOffset);
        if (clusterBits is < MinClusterBits or > MaxClusterBits || start.Length < 1 << (int)clusterBits || headerLength > 1 << (int)clusterBits
            || (version == 3 && headerLength < Header3Length))
        {
            return "has a qcow2 header that is damaged or cut";
        }

        ulong features = version == 2 ? 0 : BinaryPrimitives.ReadUInt64BigEndian(start[IncompatibleOffset..]);
        return BinaryPrimitives.ReadUInt64BigEndian(start[BackingOffset..]) != 0 ? "names another file that it lies on"
            : (features & ExternalData) != 0 ? "has its data in another file"
            : (features & ~HarmlessFeatures) != 0 ? $"needs qcow2 features that are not known here (0x{features & ~HarmlessFeatures:x})"
            : Number(start, EncryptionOffset) != 0 ? "is encrypted"
            : WhyNotExtensions(start[..(1 << (int)clusterBits)], (int)headerLength);
    }

    private static string? WhyNotExtensions(ReadOnlySpan<byte> cluster, int at)
    {
        while (at <= cluster.Length - ExtensionHeaderLength)
        {
            uint type = Number(cluster, at), length = Number(cluster, at + sizeof(uint));
            if (type is EndOfExtensions or DataFileName)
            {
                return type == EndOfExtensions ? null : "names another file for its data";
            }

            if (length > cluster.Length - ExtensionHeaderLength - at)
            {
                return $"has a qcow2 header extension at byte {at} that leads out of the header";
            }

            at += ExtensionHeaderLength + (((int)length + ExtensionAlignment - 1) / ExtensionAlignment * ExtensionAlignment);
        }

        return at == cluster.Length ? null : "has a qcow2 header that is damaged or cut";
    }

    private static uint Number(ReadOnlySpan<byte> data, int offset) => BinaryPrimitives.ReadUInt32BigEndian(data[offset..]);

    private static ReadOnlySpan<byte> Start(Stream image, int length)
    {
        var start = new byte[length];
        return start.AsSpan(0, image.ReadAtLeast(start, length, throwOnEndOfStream: false));
    }
}
