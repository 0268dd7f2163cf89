// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Vma.Format;

namespace Vma.Fuzz;

/// <summary>Makes a mutant from a seed: a few changes that know the format, and often checksums that fit them.</summary>
internal sealed class Mutator
{
    private static readonly ulong[] Interesting = [0, 1, 2, 58, 59, 60, 255, 511, 512, 4096, 12288, 65535, 65536, int.MaxValue, uint.MaxValue, 1UL << 48,
        (1UL << 48) + 1, long.MaxValue, ulong.MaxValue];

    private readonly Random _random;
    private readonly Sample _sample;
    private readonly Sample _other;
    private readonly List<(int Offset, int Length)> _touched = [];
    private readonly List<string> _story = [];
    private byte[] _bytes;
    private bool _moved;

    private Mutator(int seed, Sample sample, Sample other)
    {
        _random = new Random(seed);
        _sample = sample;
        _other = other;
        _bytes = [.. sample.Archive];
    }

    public static Mutant Make(int seed, Sample sample, Sample other)
    {
        var mutator = new Mutator(seed, sample, other);
        bool forge = mutator._random.Next(2) == 0;
        for (int i = mutator._random.Next(1, 5); i > 0; i--)
        {
            mutator.Change(forge);
        }

        if (forge)
        {
            Resealer.Reseal(mutator._bytes, seals: mutator._random.Next(2) == 0);
        }

        return new Mutant(sample, mutator._bytes, mutator._moved ? null : mutator._touched, forge, string.Join("; ", mutator._story));
    }

    private void Change(bool forge)
    {
        Action[] fields = [HeaderField, BlobPointer, Blob, Slot, ExtentField];
        Action[] damage = [FlipBits, Overwrite, Cut, Remove, Insert, Repeat, Swap, Splice, Append];
        Action[] all = forge ? [.. fields, .. fields, .. damage] : damage;
        if (_bytes.Length > HeaderLayout.FixedLength)
        {
            all[_random.Next(all.Length)]();
        }
    }

    private ExtentAt? AnyExtent()
    {
        IReadOnlyList<ExtentAt> extents = ExtentMap.Of(_bytes);
        return extents.Count == 0 ? null : extents[_random.Next(extents.Count)];
    }

    private ulong AnyNumber() => _random.Next(3) == 0 ? (ulong)_random.Next(300) : Interesting[_random.Next(Interesting.Length)];

    private void Put(int offset, int length, ulong value, string what)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        bytes[^length..].CopyTo(_bytes.AsSpan(offset));
        Touch(offset, length, $"{what} at {offset} = {value}");
    }

    private void Touch(int offset, int length, string what)
    {
        _touched.Add((offset, length));
        _story.Add(what);
    }

    private void HeaderField()
    {
        (int Offset, int Length)[] fields =
        [
            (HeaderLayout.VersionOffset, 4), (HeaderLayout.CreationTimeOffset, 8), (HeaderLayout.BlobBufferOffsetOffset, 4),
                (HeaderLayout.BlobBufferSizeOffset, 4),
            (HeaderLayout.HeaderSizeOffset, 4), (HeaderLayout.Reserved1Offset, 4), (HeaderLayout.UuidOffset, 8),
            (HeaderLayout.DevicesOffset + _random.Next(1, 5) * HeaderLayout.DeviceLength + HeaderLayout.DeviceSizeOffset, 8),
            (HeaderLayout.DevicesOffset + _random.Next(256) * HeaderLayout.DeviceLength + HeaderLayout.DeviceSizeOffset, 8),
        ];
        (int offset, int length) = fields[_random.Next(fields.Length)];
        Put(offset, length, AnyNumber(), "header field");
    }

    private void BlobPointer()
    {
        int table = _random.Next(3) switch
        {
            0 => HeaderLayout.ConfigNamesOffset + _random.Next(4) * 4,
            1 => HeaderLayout.ConfigDataOffset + _random.Next(4) * 4,
            _ => HeaderLayout.DevicesOffset + _random.Next(6) * HeaderLayout.DeviceLength,
        };
        Put(table, 4, (ulong)_random.Next(200), "blob pointer");
    }

    private void Blob()
    {
        int offset = Math.Min(HeaderLayout.FixedLength + _random.Next(300), _bytes.Length - 1);
        Put(offset, 1, (ulong)_random.Next(256), "blob byte");
    }

    private void Slot()
    {
        if (AnyExtent() is not { } extent)
        {
            return;
        }

        int slot = _random.Next(4) == 0 ? _random.Next(ExtentLayout.Slots) : _random.Next(3);
        int offset = extent.Offset + ExtentLayout.SlotsOffset + slot * ExtentLayout.SlotLength;
        switch (_random.Next(4))
        {
            case 0: Put(offset, 2, (ulong)_random.Next(65536), "mask"); break;
            case 1: Put(offset + 2, 1, (ulong)_random.Next(256), "reserved byte of a slot"); break;
            case 2: Put(offset + 3, 1, (ulong)_random.Next(5), "device id"); break;
            default: Put(offset + 4, 4, AnyNumber() & uint.MaxValue, "cluster"); break;
        }
    }

    private void ExtentField()
    {
        if (AnyExtent() is { } extent)
        {
            (int offset, int length) = _random.Next(3) switch
            {
                0 =>
                (ExtentLayout.ReservedOffset, 2),
                1 => (ExtentLayout.BlockCountOffset, 2),
                _ => (ExtentLayout.UuidOffset, 4)
            };
            Put(extent.Offset + offset, length, AnyNumber() & 0xffff, "extent field");
        }
    }

    private void FlipBits()
    {
        int offset = AnyPlace();
        _bytes[offset] ^= (byte)(1 << _random.Next(8));
        Touch(offset, 1, $"bit flipped at {offset}");
    }

    private void Overwrite()
    {
        int offset = AnyPlace();
        int length = Math.Min(_random.Next(1, 70_000), _bytes.Length - offset);
        if (_random.Next(2) == 0)
        {
            _random.NextBytes(_bytes.AsSpan(offset, length));
        }
        else
        {
            _bytes.AsSpan(offset, length).Clear();
        }

        Touch(offset, length, $"{length} bytes overwritten at {offset}");
    }

    // Most of the bytes are data; headers deserve as many hits.
    private int AnyPlace()
    {
        int offset = _random.Next(3) switch
        {
            0 => _random.Next(HeaderLayout.FixedLength),
            1 when AnyExtent() is { } extent => extent.Offset + _random.Next(ExtentLayout.HeaderLength),
            _ => _random.Next(_bytes.Length),
        };
        return Math.Min(offset, _bytes.Length - 1);
    }

    private int AnyBorder() => _random.Next(2) == 0 && AnyExtent() is { } extent ? extent.Offset : _random.Next(_bytes.Length);

    private void Cut() => Replace(AnyBorder(), _bytes.Length, [], "cut");

    private void Remove()
    {
        int offset = AnyBorder();
        Replace(offset, Math.Min(offset + _random.Next(1, 100_000), _bytes.Length), [], "removed");
    }

    private void Insert()
    {
        var added = new byte[_random.Next(1, 5000)];
        _random.NextBytes(added);
        int offset = AnyBorder();
        Replace(offset, offset, added, "inserted");
    }

    private void Repeat()
    {
        if (AnyExtent() is { } extent && extent.End <= _bytes.Length)
        {
            Replace(extent.End, extent.End, _bytes[extent.Offset..extent.End], "extent repeated");
        }
    }

    private void Swap()
    {
        if (AnyExtent() is { } first && AnyExtent() is { } second && first.Offset < second.Offset && second.End <= _bytes.Length)
        {
            byte[] swapped = [.. _bytes[second.Offset..second.End], .. _bytes[first.End..second.Offset], .. _bytes[first.Offset..first.End]];
            Replace(first.Offset, second.End, swapped, "extents swapped");
        }
    }

    private void Splice()
    {
        ExtentAt foreign = _other.Extents[_random.Next(_other.Extents.Count)];
        int offset = AnyBorder();
        Replace(offset, offset, _other.Archive[foreign.Offset..foreign.End], "foreign extent spliced in");
    }

    private void Append()
    {
        var added = new byte[_random.Next(1, 2000)];
        _random.NextBytes(added);
        Replace(_bytes.Length, _bytes.Length, added, "appended");
    }

    private void Replace(int from, int to, byte[] by, string what)
    {
        _bytes = [.. _bytes[..from], .. by, .. _bytes[to..]];
        _moved = true;
        _story.Add($"{what}: {from} to {to} by {by.Length} bytes");
    }
}
