// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Numerics;

namespace Vma.Tests.Support;

/// <summary>One extent of an <see cref="ArchiveBuilder"/>.</summary>
public sealed class ExtentBuilder(Guid uuid)
{
    private const int HeaderLength = 512;
    private const int SlotsOffset = 40;
    private const int Md5Offset = 24;

    private readonly List<(byte Device, uint Cluster, ushort Mask, byte Reserved, byte[] Data)> _slots = [];
    private int _blockCountError;
    private byte[]? _magic;
    private byte[]? _uuid;
    private ushort _reserved;
    private bool _md5IsBroken;
    private int _cut;

    /// <summary>The bytes of a block: never zeros, and no two blocks alike.</summary>
    public static byte[] Block(int device, uint cluster, int block)
    {
        var bytes = new byte[ArchiveBuilder.BlockSize];
        new Random(HashOf(device, cluster, block)).NextBytes(bytes);
        bytes[0] |= 1;
        return bytes;
    }

    /// <summary>A used slot with a block for each bit of <paramref name="mask"/>; bytes from <paramref name="length"/> on are zeros.</summary>
    public ExtentBuilder Slot(int device, uint cluster, int mask = 0, int length = ArchiveBuilder.ClusterSize, byte reserved = 0, bool zeroes = false)
    {
        var data = new byte[BitOperations.PopCount((uint)mask) * ArchiveBuilder.BlockSize];
        int at = 0;
        for (int block = 0; block < 16; block++)
        {
            if ((mask >> block & 1) == 0)
            {
                continue;
            }

            int keep = zeroes ? 0 : Math.Clamp(length - block * ArchiveBuilder.BlockSize, 0, ArchiveBuilder.BlockSize);
            Block(device, cluster, block).AsSpan(0, keep).CopyTo(data.AsSpan(at));
            at += ArchiveBuilder.BlockSize;
        }

        _slots.Add(((byte)device, cluster, (ushort)mask, reserved, data));
        return this;
    }

    /// <summary>A slot that is not used, whatever its other bytes hold.</summary>
    public ExtentBuilder UnusedSlot(uint garbage = 0)
    {
        _slots.Add((0, garbage, 0, (byte)(garbage & 0xff), []));
        return this;
    }

    /// <summary>Lets the header claim more or fewer blocks than its slots store.</summary>
    public ExtentBuilder MiscountBlocks(int by) => Set(() => _blockCountError = by);

    public ExtentBuilder Magic(params byte[] magic) => Set(() => _magic = magic);

    public ExtentBuilder ForeignUuid() => Set(() => _uuid = new byte[16]);

    public ExtentBuilder Reserved(ushort value) => Set(() => _reserved = value);

    public ExtentBuilder BreakMd5() => Set(() => _md5IsBroken = true);

    /// <summary>Takes so many bytes off its end.</summary>
    public ExtentBuilder Cut(int bytes) => Set(() => _cut = bytes);

    public byte[] Build()
    {
        var header = new byte[HeaderLength];
        (_magic ?? [.. "VMAE"u8]).CopyTo(header, 0);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), _reserved);
        int blocks = _slots.Sum(slot => slot.Data.Length) / ArchiveBuilder.BlockSize;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(6), unchecked((ushort)(blocks + _blockCountError)));
        (_uuid ?? uuid.ToByteArray(bigEndian: true)).CopyTo(header, 8);
        for (int i = 0; i < _slots.Count; i++)
        {
            Span<byte> slot = header.AsSpan(SlotsOffset + i * 8, 8);
            BinaryPrimitives.WriteUInt16BigEndian(slot, _slots[i].Mask);
            slot[2] = _slots[i].Reserved;
            slot[3] = _slots[i].Device;
            BinaryPrimitives.WriteUInt32BigEndian(slot[4..], _slots[i].Cluster);
        }

        ArchiveBuilder.Seal(header, Md5Offset);
        header[Md5Offset] ^= (byte)(_md5IsBroken ? 1 : 0);
        byte[] whole = [.. header, .. _slots.SelectMany(slot => slot.Data)];
        return whole[..^_cut];
    }

    internal void CopyTo(byte[] image, byte device)
    {
        foreach ((byte _, uint cluster, ushort mask, byte _, byte[] data) in _slots.Where(slot => slot.Device == device))
        {
            int at = 0;
            for (int block = 0; block < 16; block++)
            {
                if ((mask >> block & 1) != 0)
                {
                    long offset = (long)cluster * ArchiveBuilder.ClusterSize + block * ArchiveBuilder.BlockSize;
                    data.AsSpan(at, ArchiveBuilder.BlockSize).CopyTo(image.AsSpan((int)offset));
                    at += ArchiveBuilder.BlockSize;
                }
            }
        }
    }

    private static int HashOf(int device, uint cluster, int block) => unchecked((int)(device * 7919 + cluster * 104729u + (uint)block * 31));

    private ExtentBuilder Set(Action action)
    {
        action();
        return this;
    }
}
