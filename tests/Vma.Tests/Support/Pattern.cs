// SPDX-License-Identifier: MIT

namespace Vma.Tests.Support;

/// <summary>Contents of disks.</summary>
internal static class Pattern
{
    /// <summary>No zero byte at all, and no two clusters alike.</summary>
    public static byte[] Full(int length, int seed = 1)
    {
        var content = new byte[length];
        new Random(seed).NextBytes(content);
        for (int i = 0; i < length; i++)
        {
            content[i] |= 1;
        }

        return content;
    }

    /// <summary>Random ranges of data and zeros, on and off the borders of blocks and clusters.</summary>
    public static byte[] Patchy(int length, Random random)
    {
        var content = new byte[length];
        int[] units = [1, 512, 4096, 65536, 1 << 20];
        double density = random.NextDouble();
        for (int at = 0; at < length;)
        {
            int run = Math.Min(length - at, units[random.Next(units.Length)] * random.Next(1, 9));
            if (random.NextDouble() < density)
            {
                random.NextBytes(content.AsSpan(at, run));
            }

            at += run;
        }

        return content;
    }
}
