// SPDX-License-Identifier: MIT

namespace Vma.Compression;

/// <summary>Decodes frames of one compressed format, each from its bytes alone. Thread-safe.</summary>
internal interface IFrameCodec : IDisposable
{
    CompressionFormat Format { get; }

    /// <summary>Decodes a frame into memory of just its plain length; gives the fault, or null.</summary>
    string? Decode(in Frame frame, ReadOnlySpan<byte> compressed, Span<byte> plain);

    /// <summary>
    /// Decodes a frame as far as it goes, without comparing checksums; the rest is zeros. What comes can be wrong: it is for a caller with checksums of
    /// its own. The fault tells that these are not the frame's bytes at all.
    /// </summary>
    string? DecodeUnchecked(in Frame frame, ReadOnlySpan<byte> compressed, Span<byte> plain);

    /// <summary>Decodes a frame's first bytes from the first ones of its compressed bytes; tells how many came, which may be none.</summary>
    int DecodeStart(in Frame frame, ReadOnlySpan<byte> compressed, Span<byte> plain);
}
