// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Globalization;

namespace Vma.EndToEnd.Support;

/// <summary>The oracle: what the guest's writer left on a disk tells whether it is exactly the state behind one record (guest/writer.c).</summary>
internal static class Records
{
    private const int RecordSize = 4096;
    private const int Slots = 16381;
    private const ulong Magic = 0x5245434f52440000;
    private const ulong Step = 2654435761;
    private const ulong Mix = 0x9E3779B97F4A7C15;

    /// <summary>The record K after which the disk was exactly so; fails when there is none.</summary>
    public static long StateOf(string path)
    {
        byte[] disk = File.ReadAllBytes(path);
        Assert.Equal(Guest.DiskSize, disk.Length);
        var found = new ulong[Slots];
        for (int slot = 0; slot < Slots; slot++)
        {
            ReadOnlySpan<byte> record = disk.AsSpan(slot * RecordSize, RecordSize);
            if (!record.ContainsAnyExcept((byte)0))
            {
                continue;
            }

            found[slot] = BinaryPrimitives.ReadUInt64LittleEndian(record[8..]);
            Assert.True(IsWhole(record, found[slot], slot), $"slot {slot} is torn");
        }

        unchecked
        {
            ulong last = found.Max();
            for (ulong k = last > Slots ? last - Slots + 1 : 1; k <= last; k++)
            {
                Assert.True(found[(int)(k * Step % Slots)] == k, string.Create(CultureInfo.InvariantCulture, $"the disk has record {last} and not {k}"));
            }

            Assert.Equal((int)Math.Min(last, Slots), found.Count(one => one > 0));
            return (long)last;
        }
    }

    /// <summary>Checks that two disks are of one instant, and gives the record.</summary>
    public static long StateOf(string a, string b)
    {
        long first = StateOf(a), second = StateOf(b);
        Assert.InRange(first - second, 0, 1);
        return first;
    }

    /// <summary>How many whole records a disk has, whatever their order.</summary>
    public static int Count(string path)
    {
        byte[] disk = File.ReadAllBytes(path);
        return Enumerable.Range(0, Slots).Count(slot =>
        {
            ReadOnlySpan<byte> record = disk.AsSpan(slot * RecordSize, RecordSize);
            return IsWhole(record, BinaryPrimitives.ReadUInt64LittleEndian(record[8..]), slot);
        });
    }

    private static bool IsWhole(ReadOnlySpan<byte> record, ulong k, int slot)
    {
        unchecked
        {
            for (int i = 0; i < RecordSize / 8; i++)
            {
                ulong expected = i switch { 0 => Magic, 1 => k, 2 => (ulong)slot, _ => k * Mix + (ulong)i };
                if (BinaryPrimitives.ReadUInt64LittleEndian(record[(i * 8)..]) != expected)
                {
                    return false;
                }
            }

            return k > 0 && (int)(k * Step % Slots) == slot;
        }
    }
}
