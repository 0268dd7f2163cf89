// SPDX-License-Identifier: MIT

using Vma.Compression.Native;

namespace Vma.Compression.Lzop;

/// <summary>Decodes lzop's blocks. The flags of the file that a block stands in are its <see cref="Frame.Start"/>.</summary>
internal sealed class LzopCodec : IFrameCodec
{
    public LzopCodec() => LibLzo.Require();

    public CompressionFormat Format => CompressionFormat.Lzop;

    public string? Decode(in Frame frame, ReadOnlySpan<byte> compressed, Span<byte> plain)
    {
        if (FaultOf(frame, compressed, out LzopBlock block) is { } fault)
        {
            return fault;
        }

        ReadOnlySpan<byte> data = compressed[block.HeaderLength..];
        return !block.MatchesData(data) ? "a block's compressed data does not match its checksum"
            : !TryUnpack(block, data, plain) ? "a block cannot be decompressed"
            : !block.MatchesPlain(plain) ? "a block's data does not match its checksum"
            : null;
    }

    public string? DecodeUnchecked(in Frame frame, ReadOnlySpan<byte> compressed, Span<byte> plain)
    {
        if (FaultOf(frame, compressed, out LzopBlock block) is { } fault)
        {
            return fault;
        }

        plain.Clear();
        TryUnpack(block, compressed[block.HeaderLength..], plain);
        return null;
    }

    /// <summary>Gives nothing: a block cannot be decoded in part.</summary>
    public int DecodeStart(in Frame frame, ReadOnlySpan<byte> compressed, Span<byte> plain) => 0;

    public void Dispose()
    {
    }

    private static string? FaultOf(in Frame frame, ReadOnlySpan<byte> compressed, out LzopBlock block)
    {
        bool isBlock = LzopBlock.Read(compressed, new LzopHeader(frame.Start), out block) is null
            && block.PlainLength == frame.PlainLength && block.HeaderLength + block.DataLength == compressed.Length;
        return isBlock ? null : "a block is not where it should be";
    }

    private static bool TryUnpack(in LzopBlock block, ReadOnlySpan<byte> data, Span<byte> plain)
    {
        if (!block.IsStored)
        {
            return LibLzo.Decompress(data, plain);
        }

        data.CopyTo(plain);
        return true;
    }
}
