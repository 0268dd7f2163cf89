// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vma.Compression.Zstd.Spans;

/// <summary>XXH64 with seed 0, the checksum of zstd's frames: of what is appended piece by piece, without memory of its own.</summary>
internal struct XxHash64
{
    private const int StripeLength = 32;
    private const ulong Prime1 = 0x9E3779B185EBCA87, Prime2 = 0xC2B2AE3D27D4EB4F, Prime3 = 0x165667B19E3779F9, Prime4 = 0x85EBCA77C2B2AE63;
    private const ulong Prime5 = 0x27D4EB2F165667C5;

    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;
    private ulong _length;
    private Rest _rest;

    public XxHash64() => Reset();

    public static ulong Compute(ReadOnlySpan<byte> data)
    {
        var hash = new XxHash64();
        hash.Append(data);
        return hash.Value;
    }

    /// <summary>The hash of all that was appended.</summary>
    public readonly ulong Value => unchecked(Finish());

    public void Reset()
    {
        unchecked
        {
            (_a, _b, _c, _d, _length) = (Prime1 + Prime2, Prime2, 0, 0 - Prime1, 0);
        }
    }

    public void Append(ReadOnlySpan<byte> data)
    {
        int rest = (int)(_length % StripeLength);
        _length += (ulong)data.Length;
        if (rest > 0)
        {
            int taken = Math.Min(StripeLength - rest, data.Length);
            data[..taken].CopyTo(((Span<byte>)_rest)[rest..]);
            data = data[taken..];
            if (rest + taken < StripeLength)
            {
                return;
            }

            AddStripes(_rest);
        }

        AddStripes(data);
        data[(data.Length / StripeLength * StripeLength)..].CopyTo(_rest);
    }

    private void AddStripes(ReadOnlySpan<byte> data)
    {
        unchecked
        {
            (ulong a, ulong b, ulong c, ulong d) = (_a, _b, _c, _d);
            ref byte at = ref MemoryMarshal.GetReference(data);
            for (int left = data.Length / StripeLength; left > 0; left--)
            {
                a = Round(a, Word(ref at, 0));
                b = Round(b, Word(ref at, 8));
                c = Round(c, Word(ref at, 16));
                d = Round(d, Word(ref at, 24));
                at = ref Unsafe.Add(ref at, StripeLength);
            }

            (_a, _b, _c, _d) = (a, b, c, d);
        }
    }

    private readonly ulong Finish()
    {
        unchecked
        {
            ulong hash = Prime5;
            if (_length >= StripeLength)
            {
                hash = BitOperations.RotateLeft(_a, 1) + BitOperations.RotateLeft(_b, 7) + BitOperations.RotateLeft(_c, 12) + BitOperations.RotateLeft(_d, 18);
                foreach (ulong lane in (ReadOnlySpan<ulong>)[_a, _b, _c, _d])
                {
                    hash = (hash ^ Round(0, lane)) * Prime1 + Prime4;
                }
            }

            hash += _length;
            ReadOnlySpan<byte> rest = ((ReadOnlySpan<byte>)_rest)[..(int)(_length % StripeLength)];
            for (; rest.Length >= 8; rest = rest[8..])
            {
                hash = BitOperations.RotateLeft(hash ^ Round(0, BinaryPrimitives.ReadUInt64LittleEndian(rest)), 27) * Prime1 + Prime4;
            }

            if (rest.Length >= 4)
            {
                hash = BitOperations.RotateLeft(hash ^ BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime1, 23) * Prime2 + Prime3;
                rest = rest[4..];
            }

            foreach (byte value in rest)
            {
                hash = BitOperations.RotateLeft(hash ^ value * Prime5, 11) * Prime1;
            }

            hash = (hash ^ hash >> 33) * Prime2;
            hash = (hash ^ hash >> 29) * Prime3;
            return hash ^ hash >> 32;
        }
    }

    private static ulong Round(ulong lane, ulong word) => unchecked(BitOperations.RotateLeft(lane + word * Prime2, 31) * Prime1);

    private static ulong Word(ref byte at, int offset)
    {
        ulong word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref at, offset));
        return BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
    }

    /// <summary>What does not fill a stripe yet.</summary>
    [InlineArray(StripeLength)]
    private struct Rest
    {
        private byte _first;
    }
}
