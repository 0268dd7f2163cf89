// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Vma.Tests.Support;

/// <summary>
/// Makes archives, sound and deliberately broken ones, with an encoder of its own: what it makes owes nothing to the code under test. What is
/// patched is patched before the MD5s are made, so that they are right unless a test breaks them.
/// </summary>
public sealed class ArchiveBuilder
{
    public const int BlockSize = 4096;
    public const int ClusterSize = 65536;
    public const int FixedHeader = 12288;
    public const int ConfigNames = 2044;
    public const int ConfigData = 3068;
    public const int DeviceTable = 4096;
    private const int HeaderMd5 = 32;

    private readonly List<byte> _blobs = [0];
    private readonly List<(byte Id, uint Name, ulong Size)> _devices = [];
    private readonly List<(int Offset, byte[] Bytes)> _patches = [];
    private readonly List<object> _parts = [];
    private readonly List<(uint Name, uint Data)> _configs = [];
    private bool _headerMd5IsBroken;
    private int _extraHeaderBytes;

    public Guid Uuid { get; } = new("00112233-4455-6677-8899-aabbccddeeff");

    public IEnumerable<ExtentBuilder> Extents => _parts.OfType<ExtentBuilder>();

    /// <summary>Where the first extent begins.</summary>
    public int HeaderLength => FixedHeader + (_blobs.Count + 511) / 512 * 512 + _extraHeaderBytes;

    /// <summary>A small sound archive: a config, and a disk of three clusters, the last of which is cut off at 3,000 bytes, in two extents.</summary>
    public static ArchiveBuilder Sound() => new ArchiveBuilder()
        .Config("qemu-server.conf", "cores: 2\n")
        .Device(1, "drive-scsi0", 2 * ClusterSize + 3000)
        .Extent(extent => extent.Slot(1, 0, 0xffff).Slot(1, 1, 0x8011))
        .Extent(extent => extent.Slot(1, 2, 0x0001, length: 3000));

    public ArchiveBuilder Config(string name, string data) => Config(Encoding.UTF8.GetBytes(name + "\0"), Encoding.UTF8.GetBytes(data));

    /// <summary>A config whose name is just these bytes, also without the NUL that belongs at its end.</summary>
    public ArchiveBuilder Config(byte[] name, byte[] data)
    {
        _configs.Add((Blob(name), Blob(data)));
        return this;
    }

    public ArchiveBuilder Device(int id, string name, ulong size) => Device(id, Encoding.UTF8.GetBytes(name + "\0"), size);

    public ArchiveBuilder Device(int id, byte[] name, ulong size)
    {
        _devices.Add(((byte)id, Blob(name), size));
        return this;
    }

    /// <summary>A disk with all of its clusters stored whole, 58 to an extent.</summary>
    public ArchiveBuilder Disk(int id, string name, int clusters)
    {
        Device(id, name, (ulong)clusters * ClusterSize);
        foreach (int[] part in Enumerable.Range(0, clusters).Chunk(58))
        {
            Extent(extent => Array.ForEach(part, cluster => extent.Slot(id, (uint)cluster, 0xffff)));
        }

        return this;
    }

    public ArchiveBuilder Extent(Action<ExtentBuilder> fill)
    {
        var extent = new ExtentBuilder(Uuid);
        fill(extent);
        _parts.Add(extent);
        return this;
    }

    /// <summary>Bytes that are no extent.</summary>
    public ArchiveBuilder Raw(params byte[] bytes)
    {
        _parts.Add(bytes);
        return this;
    }

    /// <summary>Overwrites header bytes.</summary>
    public ArchiveBuilder Patch(int offset, params byte[] bytes)
    {
        _patches.Add((offset, bytes));
        return this;
    }

    public ArchiveBuilder Patch32(int offset, uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return Patch(offset, bytes);
    }

    public ArchiveBuilder BreakHeaderMd5()
    {
        _headerMd5IsBroken = true;
        return this;
    }

    /// <summary>Makes the header longer than it need be.</summary>
    public ArchiveBuilder PadHeader(int bytes)
    {
        _extraHeaderBytes = bytes;
        return this;
    }

    /// <summary>What a restored device holds.</summary>
    public byte[] ImageOf(int device, int size)
    {
        var image = new byte[(size + ClusterSize - 1) / ClusterSize * ClusterSize];
        foreach (ExtentBuilder extent in Extents)
        {
            extent.CopyTo(image, (byte)device);
        }

        return image[..size];
    }

    public byte[] Build() =>
    [
        .. BuildHeader(),
        .. _parts.SelectMany(part => part is ExtentBuilder extent ? extent.Build() : (byte[])part),
    ];

    private byte[] BuildHeader()
    {
        var header = new byte[HeaderLength];
        "VMA\0"u8.CopyTo(header);
        Put32(header, 4, 1);
        Uuid.TryWriteBytes(header.AsSpan(8), bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(24), 1_795_346_569);
        Put32(header, 48, FixedHeader);
        Put32(header, 52, (uint)_blobs.Count);
        Put32(header, 56, (uint)header.Length);
        for (int i = 0; i < _configs.Count; i++)
        {
            Put32(header, ConfigNames + i * 4, _configs[i].Name);
            Put32(header, ConfigData + i * 4, _configs[i].Data);
        }

        foreach ((byte id, uint name, ulong size) in _devices)
        {
            Put32(header, DeviceTable + id * 32, name);
            BinaryPrimitives.WriteUInt64BigEndian(header.AsSpan(DeviceTable + id * 32 + 8), size);
        }

        _blobs.ToArray().CopyTo(header, FixedHeader);
        _patches.ForEach(patch => patch.Bytes.CopyTo(header, patch.Offset));
        Seal(header, HeaderMd5);
        header[HeaderMd5] ^= (byte)(_headerMd5IsBroken ? 1 : 0);
        return header;
    }

#pragma warning disable CA5351 // The format's checksum is MD5.
    internal static void Seal(Span<byte> bytes, int md5Offset)
    {
        bytes.Slice(md5Offset, 16).Clear();
        MD5.HashData(bytes, bytes.Slice(md5Offset, 16));
    }
#pragma warning restore CA5351

    private static void Put32(byte[] header, int offset, uint value) => BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(offset), value);

    private uint Blob(byte[] data)
    {
        uint pointer = (uint)_blobs.Count;
        _blobs.AddRange([(byte)(data.Length & 0xff), (byte)(data.Length >> 8), .. data]);
        return pointer;
    }
}
