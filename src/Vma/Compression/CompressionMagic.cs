// SPDX-License-Identifier: MIT

using Vma.Input;

namespace Vma.Compression;

/// <summary>Tells a file's format by its first bytes.</summary>
internal static class CompressionMagic
{
    public const int Length = 4;

    /// <summary>What a file is compressed in that can be read at any place.</summary>
    public static CompressionFormat Detect(SeekableInput file)
    {
        Span<byte> magic = stackalloc byte[(int)Math.Min(Length, file.Length)];
        file.ReadAt(0, magic);
        return Detect(magic);
    }

    public static CompressionFormat Detect(ReadOnlySpan<byte> start) => start switch
    {
        [0x28, 0xb5, 0x2f, 0xfd, ..] => CompressionFormat.Zstd,
        // A skippable frame: pzstd's output starts with one.
        [>= 0x50 and <= 0x5f, 0x2a, 0x4d, 0x18, ..] => CompressionFormat.Zstd,
        [0x89, (byte)'L', (byte)'Z', (byte)'O', ..] => CompressionFormat.Lzop,
        [0x1f, 0x8b, 0x08, ..] => CompressionFormat.Gzip,
        [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', ..] => CompressionFormat.Bzip2,
        _ => CompressionFormat.None,
    };
}
