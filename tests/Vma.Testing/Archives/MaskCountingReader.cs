// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Vma.Testing;

/// <summary>
/// The strictest reader that the field may have, from docs/format.md alone. It finds the end of an extent by the bits of all 59 masks, whatever their
/// device, and refuses what it does not expect: a wrong MD5, uuid, block count or reserved field, a device without an entry, a cluster that came before.
/// </summary>
public static class MaskCountingReader
{
    /// <summary>All clusters of each device, by id, one behind the other.</summary>
    public static Dictionary<byte, byte[]> Read(byte[] archive)
    {
        int headerLength = (int)BinaryPrimitives.ReadUInt32BigEndian(archive.AsSpan(56));
        RequireMd5(archive.AsSpan(0, headerLength), at: 32);
        var clusters = new Dictionary<(byte Device, uint Number), byte[]>();
        for (int at = headerLength; at < archive.Length;)
        {
            at += ReadExtent(archive, at, clusters);
        }

        return clusters.GroupBy(cluster => cluster.Key.Device).ToDictionary(
            device => device.Key,
            device =>
            {
                uint[] numbers = [.. device.Select(cluster => cluster.Key.Number).Order()];
                Require(numbers.Index().All(number => number.Item == number.Index), $"device {device.Key} lacks a cluster");
                return device.OrderBy(cluster => cluster.Key.Number).SelectMany(cluster => cluster.Value).ToArray();
            });
    }

    private static int ReadExtent(byte[] archive, int start, Dictionary<(byte Device, uint Number), byte[]> clusters)
    {
        ReadOnlySpan<byte> header = archive.AsSpan(start, 512);
        Require(header.StartsWith("VMAE\0\0"u8), $"no extent at {start}");
        Require(header.Slice(8, 16).SequenceEqual(archive.AsSpan(8, 16)), $"another uuid at {start}");
        RequireMd5(header, at: 24);
        int blocks = 0;
        for (int slot = 0; slot < 59; slot++)
        {
            blocks += BitOperations.PopCount(BinaryPrimitives.ReadUInt16BigEndian(header[(40 + slot * 8)..]));
        }

        Require(blocks == BinaryPrimitives.ReadUInt16BigEndian(header[6..]), $"{blocks} blocks by the masks at {start}, another number by the header");
        int data = start + 512;
        for (int slot = 0; slot < 59; slot++)
        {
            ReadOnlySpan<byte> info = header.Slice(40 + slot * 8, 8);
            if (info[3] == 0)
            {
                continue;
            }

            Require(BinaryPrimitives.ReadUInt64BigEndian(archive.AsSpan(4096 + info[3] * 32 + 8)) > 0, $"device {info[3]} has no entry");
            var content = new byte[65536];
            for (int block = 0; block < 16; block++)
            {
                if ((BinaryPrimitives.ReadUInt16BigEndian(info) >> block & 1) != 0)
                {
                    archive.AsSpan(data, 4096).CopyTo(content.AsSpan(block * 4096));
                    data += 4096;
                }
            }

            Require(clusters.TryAdd((info[3], BinaryPrimitives.ReadUInt32BigEndian(info[4..])), content), $"a cluster twice at {start}");
        }

        return 512 + blocks * 4096;
    }

    private static void RequireMd5(ReadOnlySpan<byte> bytes, int at)
    {
        byte[] zeroed = [.. bytes];
        zeroed.AsSpan(at, 16).Clear();
        Require(MD5.HashData(zeroed).AsSpan().SequenceEqual(bytes.Slice(at, 16)), "the MD5 is wrong");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidDataException(otherwise);
        }
    }
}
