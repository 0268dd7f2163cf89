// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using static Vma.Format.HeaderLayout;

namespace Vma.Format;

/// <summary>From the header's bytes to a manifest, or to the fault that forbids it.</summary>
internal static class HeaderReader
{
    private static ReadOnlySpan<byte> Qcow2Magic => [(byte)'Q', (byte)'F', (byte)'I', 0xfb];

    /// <summary>
    /// Looks at the first <see cref="FixedLength"/> bytes (fewer when the archive is shorter) and tells how long the whole header is.
    /// </summary>
    public static VmaFault? Measure(ReadOnlySpan<byte> start, out int headerLength)
    {
        headerLength = 0;
        if (!start.StartsWith(Magic))
        {
            return start.Length < MagicLength
                ? new(VmaFaultCode.HeaderCut, 0, $"{start.Length} bytes are too short for an archive")
                : new(VmaFaultCode.NotAnArchive, MagicOffset, $"not a VMA archive{(start.StartsWith(Qcow2Magic) ? ", but a qcow2 image" : string.Empty)}");
        }

        if (start.Length < FixedLength)
        {
            return Cut(start.Length, FixedLength);
        }

        uint version = BinaryPrimitives.ReadUInt32BigEndian(start[VersionOffset..]);
        if (version != HeaderLayout.Version)
        {
            return new(VmaFaultCode.UnsupportedVersion, VersionOffset, $"version {version} is not supported, only {HeaderLayout.Version} is");
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(start[HeaderSizeOffset..]);
        if (length is <= FixedLength or > MaxReadableLength)
        {
            string message = $"a header of {length} bytes is out of bounds ({FixedLength + 1} to {MaxReadableLength})";
            return new(VmaFaultCode.HeaderSize, HeaderSizeOffset, message);
        }

        headerLength = (int)length;
        return null;
    }

    public static VmaFault Cut(int present, int needed) =>
        new(VmaFaultCode.HeaderCut, present, $"the archive ends inside its header: {present} of {needed} bytes are there");

    /// <summary>Reads a whole header that <see cref="Measure"/> has accepted.</summary>
    public static VmaFault? Read(ReadOnlySpan<byte> header, out VmaManifest? manifest)
    {
        manifest = null;
        return Md5.Matches(header, Md5Offset)
            ? ReadUnchecked(header, out manifest)
            : new(VmaFaultCode.HeaderChecksum, Md5Offset, "the header does not match its MD5");
    }

    /// <summary>As <see cref="Read"/>, whatever the MD5: for the salvage of damaged archives.</summary>
    public static VmaFault? ReadUnchecked(ReadOnlySpan<byte> header, out VmaManifest? manifest)
    {
        manifest = null;
        if (BlobTable.Open(header, out BlobTable blobs) is { } outOfBounds)
        {
            return outOfBounds;
        }

        var findings = new List<VmaFault>();
        if (ReadConfigs(header, blobs, findings, out List<VmaConfig> configs) is { } badConfig)
        {
            return badConfig;
        }

        List<VmaDevice> devices = ReadDevices(header, blobs, findings);
        HeaderFindings.Collect(header, configs, devices, findings);
        manifest = new VmaManifest
        {
            Uuid = new Guid(header.Slice(UuidOffset, VmaLayout.UuidLength), bigEndian: true),
            CreationTime = BinaryPrimitives.ReadInt64BigEndian(header[CreationTimeOffset..]),
            Configs = configs,
            Devices = devices,
            HeaderLength = header.Length,
            PromisesSeals = HasSealPromise(header, blobs),
            Findings = findings,
        };
        return null;
    }

    private static bool HasSealPromise(ReadOnlySpan<byte> header, BlobTable blobs)
    {
        if (!blobs.TryGetLast(out uint pointer, out ReadOnlySpan<byte> blob) || !blob.SequenceEqual(SealPromise.Blob))
        {
            return false;
        }

        // A config may hold just these bytes; the promise is a blob that nothing points to.
        for (int at = ConfigNamesOffset; at < Reserved2Offset; at += 4)
        {
            if (BinaryPrimitives.ReadUInt32BigEndian(header[at..]) == pointer)
            {
                return false;
            }
        }

        return true;
    }

    private static VmaFault? ReadConfigs(ReadOnlySpan<byte> header, BlobTable blobs, List<VmaFault> findings, out List<VmaConfig> configs)
    {
        configs = [];
        for (int i = 0; i < VmaLayout.ConfigSlots; i++)
        {
            int nameField = ConfigNamesOffset + i * 4;
            int dataField = ConfigDataOffset + i * 4;
            uint namePointer = BinaryPrimitives.ReadUInt32BigEndian(header[nameField..]);
            uint dataPointer = BinaryPrimitives.ReadUInt32BigEndian(header[dataField..]);
            if (namePointer == 0 && dataPointer == 0)
            {
                continue;
            }

            if (namePointer == 0 || dataPointer == 0)
            {
                (int at, string lacks) = namePointer == 0 ? (nameField, "name") : (dataField, "data");
                findings.Add(new(VmaFaultCode.ConfigIgnored, at, $"the entry of config {i} is ignored: it has no {lacks}"));
                continue;
            }

            if (!blobs.TryGet(namePointer, out ReadOnlySpan<byte> name))
            {
                return new(VmaFaultCode.ConfigPointer, nameField, $"the name of config {i} points to {namePointer}, where there is no blob");
            }

            if (!blobs.TryGet(dataPointer, out ReadOnlySpan<byte> data))
            {
                return new(VmaFaultCode.ConfigPointer, dataField, $"the data of config {i} points to {dataPointer}, where there is no blob");
            }

            if (name is not [.. var text, 0])
            {
                return new(VmaFaultCode.NameNotTerminated, nameField, $"the name of config {i} does not end in NUL");
            }

            configs.Add(new VmaConfig(new VmaName(text), data.ToArray()));
        }

        return null;
    }

    private static List<VmaDevice> ReadDevices(ReadOnlySpan<byte> header, BlobTable blobs, List<VmaFault> findings)
    {
        var devices = new List<VmaDevice>();
        for (int id = 0; id < VmaLayout.DeviceSlots; id++)
        {
            int at = DevicesOffset + id * DeviceLength;
            uint pointer = BinaryPrimitives.ReadUInt32BigEndian(header[(at + DeviceNameOffset)..]);
            ulong size = BinaryPrimitives.ReadUInt64BigEndian(header[(at + DeviceSizeOffset)..]);
            if (pointer == 0 && size == 0)
            {
                continue;
            }

            string? reason = null;
            if (!blobs.TryGet(pointer, out ReadOnlySpan<byte> name) || name is not [.., 0])
            {
                reason = "has no valid name";
            }
            else if (size == 0)
            {
                reason = "has no size";
            }
            else if (id == 0)
            {
                reason = "has an id that marks unused slots";
            }

            if (reason is null)
            {
                devices.Add(new VmaDevice((byte)id, new VmaName(name[..^1]), size));
            }
            else
            {
                findings.Add(new(VmaFaultCode.DeviceIgnored, at, $"the entry of device {id} is ignored: it {reason}"));
            }
        }

        return devices;
    }
}
