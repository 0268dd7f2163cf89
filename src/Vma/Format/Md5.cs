// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Numerics;

namespace Vma.Format;

/// <summary>
/// MD5 (RFC 1321) as the format's header checksum. The framework's own needs libssl at run time and is switched off on hosts in
/// FIPS mode; an archive must be readable there too, and nothing here is about security.
/// </summary>
internal static class Md5
{
    public const int Length = 16;
    private const int ChunkLength = 64;

    private static readonly uint[] Sines = MakeSines();
    private static ReadOnlySpan<byte> Rotations => [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

    /// <summary>MD5 of <paramref name="data"/>, with <see cref="Length"/> bytes at <paramref name="zeroedAt"/> taken as zero.</summary>
    public static void HashWithZeroedField(ReadOnlySpan<byte> data, int zeroedAt, Span<byte> digest)
    {
        Span<uint> state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
        Span<byte> chunk = stackalloc byte[ChunkLength * 2];
        int at = 0;
        for (; at + ChunkLength <= data.Length; at += ChunkLength)
        {
            if (at + ChunkLength <= zeroedAt || at >= zeroedAt + Length)
            {
                Transform(state, data.Slice(at, ChunkLength));
                continue;
            }

            data.Slice(at, ChunkLength).CopyTo(chunk);
            ClearField(chunk[..ChunkLength], at, zeroedAt);
            Transform(state, chunk[..ChunkLength]);
        }

        int rest = data.Length - at;
        chunk.Clear();
        data[at..].CopyTo(chunk);
        ClearField(chunk[..rest], at, zeroedAt);
        chunk[rest] = 0x80;
        int padded = rest + 9 <= ChunkLength ? ChunkLength : ChunkLength * 2;
        BinaryPrimitives.WriteUInt64LittleEndian(chunk[(padded - 8)..], (ulong)data.Length * 8);
        for (int i = 0; i < padded; i += ChunkLength)
        {
            Transform(state, chunk.Slice(i, ChunkLength));
        }

        for (int i = 0; i < state.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(digest[(i * 4)..], state[i]);
        }
    }

    public static bool Matches(ReadOnlySpan<byte> data, int fieldAt)
    {
        Span<byte> digest = stackalloc byte[Length];
        HashWithZeroedField(data, fieldAt, digest);
        return digest.SequenceEqual(data.Slice(fieldAt, Length));
    }

    private static void ClearField(Span<byte> part, int partAt, int fieldAt)
    {
        int from = Math.Max(fieldAt - partAt, 0);
        int to = Math.Min(fieldAt + Length - partAt, part.Length);
        if (from < to)
        {
            part[from..to].Clear();
        }
    }

    private static void Transform(Span<uint> state, ReadOnlySpan<byte> chunk)
    {
        unchecked
        {
            Span<uint> words = stackalloc uint[16];
            for (int i = 0; i < words.Length; i++)
            {
                words[i] = BinaryPrimitives.ReadUInt32LittleEndian(chunk[(i * 4)..]);
            }

            uint a = state[0], b = state[1], c = state[2], d = state[3];
            for (int i = 0; i < ChunkLength; i++)
            {
                int round = i >> 4;
                (uint mixed, int word) = round switch
                {
                    0 => ((b & c) | (~b & d), i),
                    1 => ((d & b) | (~d & c), (5 * i + 1) & 15),
                    2 => (b ^ c ^ d, (3 * i + 5) & 15),
                    _ => (c ^ (b | ~d), (7 * i) & 15),
                };
                uint sum = a + mixed + Sines[i] + words[word];
                (a, d, c, b) = (d, c, b, b + BitOperations.RotateLeft(sum, Rotations[round * 4 + (i & 3)]));
            }

            state[0] += a;
            state[1] += b;
            state[2] += c;
            state[3] += d;
        }
    }

    // RFC 1321, 3.4: T[i] is the integer part of 2^32 times |sin(i + 1)|.
    private static uint[] MakeSines()
    {
        var sines = new uint[ChunkLength];
        for (int i = 0; i < sines.Length; i++)
        {
            sines[i] = (uint)Math.Floor(Math.Abs(Math.Sin(i + 1)) * 4294967296.0);
        }

        return sines;
    }
}
