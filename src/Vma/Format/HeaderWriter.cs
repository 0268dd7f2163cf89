// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using static Vma.Format.HeaderLayout;

namespace Vma.Format;

/// <summary>From a manifest to the header's bytes, laid out exactly as the reference writer does (docs/format.md).</summary>
internal static class HeaderWriter
{
    /// <exception cref="ArgumentException">The manifest does not fit a header; the message says what.</exception>
    public static byte[] Write(VmaManifest manifest)
    {
        if (manifest.Configs.Count > VmaLayout.ConfigSlots)
        {
            throw new ArgumentException($"{manifest.Configs.Count} configs are more than the {VmaLayout.ConfigSlots} that fit an archive");
        }

        var blobs = new BlobBuilder();
        var fixedPart = new byte[FixedLength];
        for (int i = 0; i < manifest.Configs.Count; i++)
        {
            VmaConfig config = manifest.Configs[i];
            BinaryPrimitives.WriteUInt32BigEndian(fixedPart.AsSpan(ConfigNamesOffset + i * 4), blobs.AddName(config.Name));
            BinaryPrimitives.WriteUInt32BigEndian(fixedPart.AsSpan(ConfigDataOffset + i * 4), blobs.Add(config.Data.Span));
        }

        foreach (VmaDevice device in manifest.Devices.OrderBy(device => device.Id))
        {
            Span<byte> entry = fixedPart.AsSpan(DevicesOffset + device.Id * DeviceLength, DeviceLength);
            BinaryPrimitives.WriteUInt32BigEndian(entry[DeviceNameOffset..], blobs.AddName(device.Name));
            BinaryPrimitives.WriteUInt64BigEndian(entry[DeviceSizeOffset..], device.DeclaredSize);
        }

        if (manifest.PromisesSeals)
        {
            blobs.Add(SealPromise.Blob);
        }

        int length = FixedLength + blobs.Allocated;
        if (length > MaxWritableLength)
        {
            throw new ArgumentException($"names and configs make a header of {length} bytes; at most {MaxWritableLength} can be written");
        }

        var header = new byte[length];
        fixedPart.CopyTo(header, 0);
        blobs.CopyTo(header.AsSpan(FixedLength));
        WriteFields(header, manifest, blobs.Length);
        return header;
    }

    private static void WriteFields(Span<byte> header, VmaManifest manifest, int blobBytes)
    {
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32BigEndian(header[VersionOffset..], HeaderLayout.Version);
        manifest.Uuid.TryWriteBytes(header[UuidOffset..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(header[CreationTimeOffset..], manifest.CreationTime);
        BinaryPrimitives.WriteUInt32BigEndian(header[BlobBufferOffsetOffset..], FixedLength);
        BinaryPrimitives.WriteUInt32BigEndian(header[BlobBufferSizeOffset..], (uint)blobBytes);
        BinaryPrimitives.WriteUInt32BigEndian(header[HeaderSizeOffset..], (uint)header.Length);
        Md5.HashWithZeroedField(header, Md5Offset, header.Slice(Md5Offset, Md5.Length));
    }

    private sealed class BlobBuilder
    {
        private readonly List<byte> _bytes = [0];

        public int Length => _bytes.Count;

        public int Allocated { get; private set; }

        public uint AddName(VmaName name) => Add([.. name.Bytes, 0]);

        public uint Add(ReadOnlySpan<byte> blob)
        {
            if (blob.Length > VmaLayout.MaxBlobLength)
            {
                throw new ArgumentException($"{blob.Length} bytes are more than a name or config can have ({VmaLayout.MaxBlobLength})");
            }

            int needed = blob.Length + BlobTable.LengthBytes;
            if (Allocated < Length + needed)
            {
                // The second bound is for a first blob that takes just a multiple of 512: the table's unused byte 0 needs room too.
                Allocated = Math.Max(Allocated + RoundUp(needed), RoundUp(Length + needed));
            }

            uint pointer = (uint)Length;
            Span<byte> length = stackalloc byte[BlobTable.LengthBytes];
            BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)blob.Length);
            _bytes.AddRange(length);
            _bytes.AddRange(blob);
            return pointer;
        }

        public void CopyTo(Span<byte> buffer) => _bytes.ToArray().CopyTo(buffer);

        private static int RoundUp(int bytes) => (bytes + VmaLayout.SectorSize - 1) / VmaLayout.SectorSize * VmaLayout.SectorSize;
    }
}
