// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Vma.Testing;

/// <content>The header.</content>
public sealed partial class ArchiveBuilder
{
    private readonly List<Action<byte[]>> _beforeMd5 = [];
    private readonly List<Action<byte[]>> _afterMd5 = [];

    /// <summary>Changes the header's bytes, which then get the right MD5.</summary>
    public ArchiveBuilder EditHeader(Action<byte[]> edit)
    {
        _beforeMd5.Add(edit);
        return this;
    }

    /// <summary>Changes the header's bytes and leaves the MD5 as it was.</summary>
    public ArchiveBuilder DamageHeader(Action<byte[]> damage)
    {
        _afterMd5.Add(damage);
        return this;
    }

    /// <summary>Writes a 32-bit field of the header, which then gets the right MD5.</summary>
    public ArchiveBuilder Field(int offset, uint value) => EditHeader(header => BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(offset), value));

    /// <summary>Writes bytes into the header, which then gets the right MD5.</summary>
    public ArchiveBuilder Patch(int offset, params byte[] bytes) => EditHeader(header => bytes.CopyTo(header, offset));

    private byte[] Header()
    {
        var start = new byte[FixedLength];
        var blobs = new List<byte> { 0 };
        for (int i = 0; i < _configs.Count; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(start.AsSpan(ConfigNames + i * 4), AddBlob(blobs, _configs[i].Name));
            BinaryPrimitives.WriteUInt32BigEndian(start.AsSpan(ConfigData + i * 4), AddBlob(blobs, _configs[i].Data));
        }

        foreach ((byte id, byte[] name, ulong size) in _devices)
        {
            BinaryPrimitives.WriteUInt32BigEndian(start.AsSpan(DeviceTable + id * 32), AddBlob(blobs, name));
            BinaryPrimitives.WriteUInt64BigEndian(start.AsSpan(DeviceTable + id * 32 + 8), size);
        }

        if (PromisesSeals)
        {
            AddBlob(blobs, [.. "VSEA"u8, 2]);
        }

        var header = new byte[HeaderLength ?? FixedLength + (blobs.Count + 511) / 512 * 512];
        start.CopyTo(header, 0);
        blobs.CopyTo(header, FixedLength);
        WriteFields(header, blobs.Count);
        _beforeMd5.ForEach(edit => edit(header));
        MD5.HashData(header).CopyTo(header, 32);
        _afterMd5.ForEach(damage => damage(header));
        return header;
    }

    private void WriteFields(byte[] header, int blobBytes)
    {
        "VMA\0"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), 1);
        Uuid.TryWriteBytes(header.AsSpan(8), bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(24), CreationTime);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(48), FixedLength);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(52), (uint)blobBytes);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(56), (uint)header.Length);
    }

    private static uint AddBlob(List<byte> blobs, byte[] blob)
    {
        uint pointer = (uint)blobs.Count;
        blobs.AddRange([(byte)(blob.Length & 0xff), (byte)(blob.Length >> 8), .. blob]);
        return pointer;
    }
}
