// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Text;

namespace Vma.Testing;

/// <summary>
/// A reader that follows docs/format.md and nothing else: it knows no seals and trusts its input. What it reads is what any reader in
/// the field reads.
/// </summary>
public sealed class MiniReader
{
    private readonly byte[] _archive;
    private readonly Dictionary<byte, byte[]> _content = [];
    private readonly Dictionary<byte, long> _memoryStateEnd = [];

    private MiniReader(byte[] archive)
    {
        _archive = archive;
        for (int id = 1; id < 256; id++)
        {
            int at = 4096 + id * 32;
            ulong size = BinaryPrimitives.ReadUInt64BigEndian(archive.AsSpan(at + 8));
            if (size != 0)
            {
                Devices.Add((byte)id, (NameAt(BinaryPrimitives.ReadUInt32BigEndian(archive.AsSpan(at))), (long)size));
                _content.Add((byte)id, new byte[(size + 0xffff) / 0x10000 * 0x10000]);
            }
        }

        for (int at = (int)BinaryPrimitives.ReadUInt32BigEndian(archive.AsSpan(56)); at < archive.Length;)
        {
            at += ReadExtent(at);
        }
    }

    public Dictionary<byte, (string Name, long Size)> Devices { get; } = [];

    /// <summary>Each extent: offset, header and data bytes, stored blocks, used slots.</summary>
    public List<(int Offset, int Size, int BlockCount, int Entries)> Extents { get; } = [];

    /// <summary>Each cluster in the archive's order.</summary>
    public List<(byte Device, uint Cluster)> Clusters { get; } = [];

    public static MiniReader Read(byte[] archive) => new(archive);

    /// <summary>A device's content: a disk up to its size, RAM state up to where the format says that it ends.</summary>
    public byte[] ContentOf(byte device)
    {
        (string name, long size) = Devices[device];
        long came = _memoryStateEnd.GetValueOrDefault(device);
        bool endsAtSize = name != "vmstate" || came == (size + 0xffff) / 0x10000 * 0x10000;
        return _content[device][..(int)(endsAtSize ? size : came)];
    }

    private int ReadExtent(int start)
    {
        int data = start + 512;
        int entries = 0;
        for (int slot = 0; slot < 59; slot++)
        {
            ReadOnlySpan<byte> info = _archive.AsSpan(start + 40 + slot * 8, 8);
            byte device = info[3];
            if (device == 0)
            {
                continue;
            }

            entries++;
            uint cluster = BinaryPrimitives.ReadUInt32BigEndian(info[4..]);
            Clusters.Add((device, cluster));
            Span<byte> target = Room(device, cluster);
            for (int block = 0; block < 16; block++)
            {
                if ((BinaryPrimitives.ReadUInt16BigEndian(info) >> block & 1) != 0)
                {
                    _archive.AsSpan(data, 4096).CopyTo(target[(block * 4096)..]);
                    data += 4096;
                }
            }
        }

        Extents.Add((start, data - start, BinaryPrimitives.ReadUInt16BigEndian(_archive.AsSpan(start + 6)), entries));
        return data - start;
    }

    private Span<byte> Room(byte device, uint cluster)
    {
        int end = (int)(cluster + 1) * 0x10000;
        if (Devices[device].Name == "vmstate")
        {
            _memoryStateEnd[device] = end;
            byte[] content = _content[device];
            Array.Resize(ref content, Math.Max(content.Length, end));
            _content[device] = content;
        }

        return _content[device].AsSpan(end - 0x10000, 0x10000);
    }

    private string NameAt(uint pointer)
    {
        int at = (int)(BinaryPrimitives.ReadUInt32BigEndian(_archive.AsSpan(48)) + pointer);
        int length = BinaryPrimitives.ReadUInt16LittleEndian(_archive.AsSpan(at));
        return Encoding.UTF8.GetString(_archive, at + 2, length - 1);
    }
}
