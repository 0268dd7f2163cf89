// SPDX-License-Identifier: MIT

namespace Vma.Testing;

/// <summary>CRC-32C as the catalogue defines it, by a table made bit by bit, so that it owes nothing to the library's.</summary>
public static class Crc32CBitByBit
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256)
        .Select(value => Enumerable.Range(0, 8).Aggregate((uint)value, (register, _) => (register >> 1) ^ ((register & 1) * 0x82f63b78)))];

    public static uint Of(params IEnumerable<byte[]> parts)
    {
        uint register = uint.MaxValue;
        foreach (byte[] part in parts)
        {
            foreach (byte value in part)
            {
                register = (register >> 8) ^ Table[(register ^ value) & 0xff];
            }
        }

        return ~register;
    }
}
