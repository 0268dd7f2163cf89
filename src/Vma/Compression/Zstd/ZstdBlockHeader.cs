// SPDX-License-Identifier: MIT

namespace Vma.Compression.Zstd;

/// <summary>What stands in front of each block of a zstd frame (RFC 8878, 3.1.1.2).</summary>
/// <param name="IsLast">Whether the frame ends with this block, and its checksum.</param>
/// <param name="ContentLength">How many bytes of the frame follow as the block's content; null when the header is not valid.</param>
internal readonly record struct ZstdBlockHeader(bool IsLast, int? ContentLength)
{
    public const int Length = 3;

    /// <summary>Behind the last block, where the frame's header announces it.</summary>
    public const int ChecksumLength = 4;

    public static ZstdBlockHeader Read(ReadOnlySpan<byte> bytes)
    {
        const int Repeated = 1, Reserved = 3;
        int value = bytes[0] | bytes[1] << 8 | bytes[2] << 16;
        int type = value >> 1 & 3;
        return new ZstdBlockHeader((value & 1) != 0, type switch { Reserved => null, Repeated => 1, _ => value >> 3 });
    }
}
