// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Vma.Format;

/// <summary>
/// CRC-32C (Castagnoli, reflected, initial and final XOR 0xFFFFFFFF). The processor's instruction has a latency of three
/// cycles and can start one each cycle, so three stretches of the data run side by side and are joined by table.
/// </summary>
internal static class Crc32C
{
    /// <summary>The length of each of the three stretches: three fill one 4 KiB block but for 16 bytes.</summary>
    private const int Stretch = 1360;

    private const uint Polynomial = 0x82f63b78;

    // Tables[b][v]: what byte v at position b of a register becomes when Stretch zero bytes pass through it.
    private static readonly uint[][] ShiftTables = MakeShiftTables();

    public static uint Compute(ReadOnlySpan<byte> data) => ~Append(uint.MaxValue, data);

    /// <summary>Goes on with a register that was not yet finally inverted.</summary>
    public static uint Append(uint register, ReadOnlySpan<byte> data)
    {
        while (data.Length >= 3 * Stretch)
        {
            ReadOnlySpan<ulong> first = MemoryMarshal.Cast<byte, ulong>(data[..Stretch]);
            ReadOnlySpan<ulong> second = MemoryMarshal.Cast<byte, ulong>(data.Slice(Stretch, Stretch));
            ReadOnlySpan<ulong> third = MemoryMarshal.Cast<byte, ulong>(data.Slice(2 * Stretch, Stretch));
            uint b = 0, c = 0;
            for (int i = 0; i < first.Length && i < second.Length && i < third.Length; i++)
            {
                register = BitOperations.Crc32C(register, LittleEndian(first[i]));
                b = BitOperations.Crc32C(b, LittleEndian(second[i]));
                c = BitOperations.Crc32C(c, LittleEndian(third[i]));
            }

            register = Shift(Shift(register) ^ b) ^ c;
            data = data[(3 * Stretch)..];
        }

        while (data.Length >= sizeof(ulong))
        {
            register = BitOperations.Crc32C(register, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[sizeof(ulong)..];
        }

        foreach (byte value in data)
        {
            register = BitOperations.Crc32C(register, value);
        }

        return register;
    }

    private static ulong LittleEndian(ulong value) => BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);

    private static uint Shift(uint register) =>
        ShiftTables[0][register & 0xff] ^ ShiftTables[1][(register >> 8) & 0xff] ^ ShiftTables[2][(register >> 16) & 0xff] ^ ShiftTables[3][register >> 24];

    private static uint[][] MakeShiftTables()
    {
        // Passing zero bytes is linear, so 32 single bits say it all.
        Span<uint> bits = stackalloc uint[32];
        for (int bit = 0; bit < bits.Length; bit++)
        {
            uint register = 1u << bit;
            for (int i = 0; i < Stretch * 8; i++)
            {
                register = (register >> 1) ^ ((register & 1) == 0 ? 0 : Polynomial);
            }

            bits[bit] = register;
        }

        var tables = new uint[4][];
        for (int position = 0; position < tables.Length; position++)
        {
            tables[position] = new uint[256];
            for (int value = 0; value < 256; value++)
            {
                for (int bit = 0; bit < 8; bit++)
                {
                    if ((value >> bit & 1) != 0)
                    {
                        tables[position][value] ^= bits[position * 8 + bit];
                    }
                }
            }
        }

        return tables;
    }
}
