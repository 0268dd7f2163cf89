// SPDX-License-Identifier: MIT

namespace Vma.Compression.Zstd.Blocks;

/// <summary>What the three bytes in front of a block say (RFC 8878, 3.1.1.2).</summary>
/// <param name="IsLast">Whether the frame ends behind the block.</param>
/// <param name="Kind">How its content is stored.</param>
/// <param name="Size">Of a single byte that repeats, how often; else how many bytes the content has.</param>
internal readonly record struct BlockHeader(bool IsLast, BlockKind Kind, int Size)
{
    public const int Length = 3;

    /// <summary>The most that a block decodes to, and that its content takes.</summary>
    public const int LongestPlain = 128 << 10;

    public bool IsValid => Kind != BlockKind.Reserved;

    /// <summary>How many bytes stand behind the header.</summary>
    public int ContentLength => Kind == BlockKind.Single ? 1 : Size;

    public static BlockHeader Read(ReadOnlySpan<byte> bytes)
    {
        int value = bytes[0] | bytes[1] << 8 | bytes[2] << 16;
        return new BlockHeader((value & 1) != 0, (BlockKind)(value >> 1 & 3), value >> 3);
    }

    public void Write(Span<byte> bytes)
    {
        int value = (IsLast ? 1 : 0) | (int)Kind << 1 | Size << 3;
        (bytes[0], bytes[1], bytes[2]) = ((byte)(value & 0xff), (byte)(value >> 8 & 0xff), (byte)(value >> 16));
    }
}

/// <summary>How a block's content is stored, by its number in the header.</summary>
internal enum BlockKind
{
    Raw,
    Single,
    Compressed,
    Reserved,
}
