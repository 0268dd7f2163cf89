// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;

namespace Vma.Compression.Zstd;

/// <summary>Decodes zstd frames, each thread with a context of its own, which are kept for the next frames.</summary>
/// <param name="memory">How much memory a window may take, in bytes, where a frame is decoded in parts.</param>
internal sealed class ZstdCodec(long memory) : IFrameCodec
{
    private readonly ConcurrentBag<ZstdDecoder> _checking = [];
    private readonly ConcurrentBag<ZstdDecoder> _trusting = [];

    public CompressionFormat Format => CompressionFormat.Zstd;

    public string? Decode(in Frame frame, ReadOnlySpan<byte> compressed, Span<byte> plain)
    {
        if (FaultOf(frame, compressed) is { } fault)
        {
            return fault;
        }

        ZstdDecoder decoder = TakeChecking();
        string? failure = decoder.Decode(compressed, plain);
        _checking.Add(decoder);
        return failure;
    }

    public string? DecodeUnchecked(in Frame frame, ReadOnlySpan<byte> compressed, Span<byte> plain)
    {
        if (FaultOf(frame, compressed) is { } fault)
        {
            return fault;
        }

        ZstdDecoder decoder = _trusting.TryTake(out ZstdDecoder? free) ? free : new ZstdDecoder(ignoresChecksums: true);
        if (decoder.Decode(compressed, plain) is not null)
        {
            plain.Clear();
            DecodeAsFarAsItGoes(decoder, compressed, plain);
        }

        _trusting.Add(decoder);
        return null;
    }

    public int DecodeStart(in Frame frame, ReadOnlySpan<byte> compressed, Span<byte> plain)
    {
        ZstdDecoder decoder = TakeChecking();
        int done = DecodeAsFarAsItGoes(decoder, compressed, plain);
        _checking.Add(decoder);
        return done;
    }

    public void Dispose()
    {
        // Taken out, so that no thread finds one that is gone.
        while (_checking.TryTake(out ZstdDecoder? decoder) || _trusting.TryTake(out decoder))
        {
            decoder.Dispose();
        }
    }

    private ZstdDecoder TakeChecking() => _checking.TryTake(out ZstdDecoder? free) ? free : new ZstdDecoder();

    /// <summary>libzstd itself would also decode several frames, and pass over skippable ones.</summary>
    private static string? FaultOf(in Frame frame, ReadOnlySpan<byte> compressed) =>
        ZstdFrameHeader.IsOneFrame(compressed, frame.PlainLength) ? null : "a frame is not where it should be";

    private int DecodeAsFarAsItGoes(ZstdDecoder decoder, ReadOnlySpan<byte> frame, Span<byte> plain)
    {
        int done = 0;
        bool goesOn = ZstdFrameHeader.TryRead(frame) is { } header && header.Memory <= (ulong)memory;
        while (goesOn && done < plain.Length)
        {
            bool isAtEnd = decoder.DecodeSome(frame, plain[done..], out int consumed, out int produced, out string? fault);
            done += produced;
            frame = frame[consumed..];
            goesOn = !isAtEnd && fault is null && (consumed > 0 || produced > 0);
        }

        decoder.Reset();
        return done;
    }
}
