// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Numerics;

namespace Vma.Testing;

/// <summary>
/// A reader of the other kind: it hops from extent to extent by their block counts, notes where each cluster of each device is, and then reads the disks
/// by that. Slots with device id 0 it passes over, a cluster that never came reads as zeros, and no checksum is looked at.
/// </summary>
public static class IndexFirstReader
{
    /// <summary>All clusters of each device, by id, one behind the other.</summary>
    public static Dictionary<byte, byte[]> Read(byte[] archive)
    {
        var places = new Dictionary<byte, SortedDictionary<uint, (ushort Mask, int Offset)>>();
        for (int at = (int)BinaryPrimitives.ReadUInt32BigEndian(archive.AsSpan(56)); at < archive.Length;)
        {
            int data = at + 512;
            for (int slot = 0; slot < 59; slot++)
            {
                ulong info = BinaryPrimitives.ReadUInt64BigEndian(archive.AsSpan(at + 40 + slot * 8));
                byte device = (byte)(info >> 32 & 0xff);
                if (device != 0)
                {
                    ushort mask = (ushort)(info >> 48);
                    places.TryAdd(device, []);
                    places[device][(uint)(info & uint.MaxValue)] = (mask, data);
                    data += BitOperations.PopCount(mask) * 4096;
                }
            }

            at += 512 + BinaryPrimitives.ReadUInt16BigEndian(archive.AsSpan(at + 6)) * 4096;
        }

        return places.ToDictionary(device => device.Key, device => ReadDisk(archive, device.Value));
    }

    private static byte[] ReadDisk(byte[] archive, SortedDictionary<uint, (ushort Mask, int Offset)> places)
    {
        var disk = new byte[(places.Keys.Last() + 1) * 65536];
        foreach ((uint cluster, (ushort mask, int offset)) in places)
        {
            int at = offset;
            foreach (int block in Enumerable.Range(0, 16).Where(block => (mask >> block & 1) != 0))
            {
                archive.AsSpan(at, 4096).CopyTo(disk.AsSpan((int)cluster * 65536 + block * 4096));
                at += 4096;
            }
        }

        return disk;
    }
}
