// SPDX-License-Identifier: MIT

namespace Vma.Compression.Zstd;

/// <summary>
/// Is told what the decoder of long frames reads and makes, in order: a frame's header, its blocks, each behind the bytes that it became, and its end.
/// </summary>
internal interface ILongFrameFollower
{
    /// <param name="offset">Where the frame begins in the compressed archive.</param>
    /// <param name="headerBytes">Its header.</param>
    /// <param name="header">What that says.</param>
    void BeginFrame(long offset, ReadOnlySpan<byte> headerBytes, ZstdFrameHeader header);

    void OnPlain(ReadOnlySpan<byte> plain);

    /// <param name="block">The block with its header.</param>
    void OnBlock(ReadOnlySpan<byte> block);

    /// <param name="checksum">The frame's checksum, which was right; nothing where it has none.</param>
    void EndFrame(ReadOnlySpan<byte> checksum);

    /// <summary>A frame came that is not decoded block by block, since it is short and says how long it is.</summary>
    void OnShortFrame(in Frame frame, ReadOnlySpan<byte> bytes);

    /// <summary>A frame cannot be decoded any further, or there is none where one should be.</summary>
    void LoseFrame(string fault);
}
