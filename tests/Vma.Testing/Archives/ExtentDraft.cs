// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Vma.Testing;

/// <summary>One extent as a test wants it, right or wrong. What is not set is right.</summary>
public sealed class ExtentDraft
{
    public const int HeaderLength = 512;
    public const int Slots = 59;
    public const int PayloadLength = Slots * 5;

    private readonly List<(ulong Raw, byte[] Data)> _slots = [];

    public string Magic { get; set; } = "VMAE";

    public ushort Reserved { get; set; }

    public int? BlockCount { get; set; }

    public Guid? Uuid { get; set; }

    public bool WrongMd5 { get; set; }

    /// <summary>How many bytes are missing at its end.</summary>
    public int CutBytes { get; set; }

    /// <summary>The 295 bytes beside the masks and device ids, for a null extent.</summary>
    public byte[]? Payload { get; set; }

    /// <summary>Where it starts in the archive; known when that was built.</summary>
    public int Offset { get; set; }

    public bool HasClusters => _slots.Any(slot => (slot.Raw >> 32 & 0xff) != 0);

    public bool HasData => _slots.Any(slot => slot.Data.Length > 0);

    public int SlotCount => _slots.Count;

    /// <summary>The bytes of a block: never zeros, and no two blocks alike.</summary>
    public static byte[] Block(int device, uint cluster, int block)
    {
        var bytes = new byte[ArchiveBuilder.Block];
        new Random(unchecked((int)(device * 7919 + cluster * 104729u + (uint)block * 31))).NextBytes(bytes);
        bytes[0] |= 1;
        return bytes;
    }

    /// <summary>A cluster with a block for each bit of <paramref name="mask"/>; bytes from <paramref name="length"/> on are zeros.</summary>
    public ExtentDraft Slot(byte device, uint cluster, int mask = 0, int length = ArchiveBuilder.Cluster, byte reserved = 0, bool zeroes = false)
    {
        var content = new byte[ArchiveBuilder.Cluster];
        for (int block = 0; block < 16 && !zeroes; block++)
        {
            Block(device, cluster, block).CopyTo(content, block * ArchiveBuilder.Block);
        }

        content.AsSpan(length).Clear();
        return Stored(device, cluster, (ushort)mask, content, reserved);
    }

    /// <summary>A cluster with its zero blocks left out.</summary>
    public ExtentDraft Cluster(byte device, uint number, ReadOnlySpan<byte> content)
    {
        int mask = 0;
        for (int at = 0; at < content.Length; at += ArchiveBuilder.Block)
        {
            bool isZero = content.Slice(at, Math.Min(ArchiveBuilder.Block, content.Length - at)).IndexOfAnyExcept((byte)0) < 0;
            mask |= isZero ? 0 : 1 << (at / ArchiveBuilder.Block);
        }

        return Stored(device, number, (ushort)mask, content);
    }

    /// <summary>A cluster with just the blocks of <paramref name="mask"/>, zeros where the content is shorter.</summary>
    public ExtentDraft Stored(byte device, uint number, ushort mask, ReadOnlySpan<byte> content, byte reserved = 0)
    {
        var whole = new byte[mask == 0 ? 0 : ArchiveBuilder.Cluster];
        content[..Math.Min(content.Length, whole.Length)].CopyTo(whole);
        byte[] data = mask == 0 ? [] : [.. Enumerable.Range(0, 16).Where(block => (mask >> block & 1) != 0)
            .SelectMany(block => whole.AsSpan(block * ArchiveBuilder.Block, ArchiveBuilder.Block).ToArray())];
        _slots.Add(((ulong)mask << 48 | (ulong)reserved << 40 | (ulong)device << 32 | number, data));
        return this;
    }

    /// <summary>A slot that is not used, whatever else it holds.</summary>
    public ExtentDraft Unused(ulong raw = 0)
    {
        _slots.Add((raw & ~0xff_0000_0000UL, []));
        return this;
    }

    /// <summary>The checksum of each slot's stored blocks, as a seal has them.</summary>
    public IEnumerable<uint> SlotChecksums() => _slots.Select(slot => slot.Data.Length == 0 ? 0 : Crc32CBitByBit.Of(slot.Data));

    /// <summary>Where a slot's field is in the archive.</summary>
    public int OffsetOfSlot(int slot) => Offset + 40 + slot * 8;

    public byte[] ToBytes(Guid uuid)
    {
        var header = new byte[HeaderLength];
        Encoding.ASCII.GetBytes(Magic).CopyTo(header, 0);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), Reserved);
        int stored = _slots.Where(slot => (slot.Raw >> 32 & 0xff) != 0).Sum(slot => BitOperations.PopCount(slot.Raw >> 48));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(6), (ushort)(BlockCount ?? stored));
        (Uuid ?? uuid).TryWriteBytes(header.AsSpan(8), bigEndian: true, out _);
        for (int i = 0; i < _slots.Count; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(header.AsSpan(40 + i * 8), _slots[i].Raw);
        }

        WritePayload(header);
        Sign(header);
        header[39] ^= (byte)(WrongMd5 ? 1 : 0);
        byte[] whole = [.. header, .. _slots.SelectMany(slot => slot.Data)];
        return whole[..^CutBytes];
    }

    /// <summary>Puts the blocks of a device where they are in its image.</summary>
    public void CopyTo(byte[] image, byte device)
    {
        foreach ((ulong raw, byte[] data) in _slots.Where(slot => (slot.Raw >> 32 & 0xff) == device))
        {
            int at = 0, cluster = (int)(raw & uint.MaxValue);
            foreach (int block in Enumerable.Range(0, 16).Where(block => (raw >> 48 + block & 1) != 0))
            {
                data.AsSpan(at, ArchiveBuilder.Block).CopyTo(image.AsSpan(cluster * ArchiveBuilder.Cluster + block * ArchiveBuilder.Block));
                at += ArchiveBuilder.Block;
            }
        }
    }

    /// <summary>Puts the right MD5 into an extent's header.</summary>
    public static void Sign(Span<byte> header)
    {
        header.Slice(24, 16).Clear();
        MD5.HashData(header[..HeaderLength]).CopyTo(header[24..]);
    }

    /// <summary>Where a byte of a null extent's payload is in its header: slot bytes 2, 4, 5, 6, 7.</summary>
    public static int PayloadPosition(int index)
    {
        int[] inSlot = [2, 4, 5, 6, 7];
        return 40 + index / 5 * 8 + inSlot[index % 5];
    }

    private void WritePayload(byte[] header)
    {
        for (int i = 0; i < (Payload?.Length ?? 0); i++)
        {
            header[PayloadPosition(i)] = Payload![i];
        }
    }
}
