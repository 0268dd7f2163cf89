// SPDX-License-Identifier: MIT

using System.Security.Cryptography;

namespace Vma.Testing;

/// <summary>Makes small disk images, and looks at restored ones.</summary>
public static class Images
{
    private const int Block = 4096;

    /// <summary>Bytes that are never all zero in any block; the same for the same seed.</summary>
    public static byte[] Noise(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Noise in which the first of every two blocks, or of as many as is said, is zeros.</summary>
    public static byte[] Striped(int length, int seed = 1, int every = 2)
    {
        byte[] bytes = Noise(length, seed);
        for (int at = 0; at < length; at += every * Block)
        {
            bytes.AsSpan(at, Math.Min(Block, length - at)).Clear();
        }

        return bytes;
    }

    /// <summary>A file that is one hole, but for a megabyte of noise at each place given.</summary>
    public static string Sparse(string path, long length, params long[] noiseAt)
    {
        using var file = new FileStream(path, FileMode.CreateNew);
        file.SetLength(length);
        foreach (long at in noiseAt)
        {
            file.Position = at;
            file.Write(Noise(1 << 20, (int)(at >> 20)));
        }

        return path;
    }

    public static string Sha256(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>How many bytes a file takes on disk.</summary>
    public static long AllocatedBytes(string path) => long.Parse(Tool.Call("stat", "-c", "%b", path), System.Globalization.CultureInfo.InvariantCulture) * 512;
}
