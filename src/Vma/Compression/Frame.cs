// SPDX-License-Identifier: MIT

namespace Vma.Compression;

/// <summary>What decodes alone in a compressed archive: a zstd frame, an lzop block.</summary>
/// <param name="Offset">Where its bytes start in the compressed archive.</param>
/// <param name="Length">How many they are, with its own header.</param>
/// <param name="PlainLength">How many bytes it decodes to.</param>
/// <param name="Start">What its codec needs to know beside its bytes; of an lzop block the file's flags, which say what checksums it has.</param>
internal readonly record struct Frame(long Offset, int Length, int PlainLength, uint Start = 0);

/// <summary>What a scanner came upon.</summary>
/// <param name="Frame">The frame; in front of a fault only the place where it begins.</param>
/// <param name="Fault">Why there is no frame there, though the archive is not at its end.</param>
/// <param name="Long">Decodes a frame that is too long to be held; its lengths are not known.</param>
internal readonly record struct Scan(Frame Frame, string? Fault = null, ILongFrame? Long = null);

/// <summary>
/// Goes from frame to frame of one compressed format. Made with memory, a scanner reads the frames' bytes into it; made without, it passes over them.
/// Not thread-safe.
/// </summary>
internal interface IFrameScanner : IDisposable
{
    /// <summary>
    /// The next frame; null at the archive's clean end. Behind a fault the next call searches for a frame, if the bytes were read. A long frame has to be
    /// read to its end first.
    /// </summary>
    Scan? Next();
}

/// <summary>The content of a frame that is too long to be held.</summary>
internal interface ILongFrame
{
    /// <summary>Decodes the next bytes; none at the end, or at a fault.</summary>
    int Read(Span<byte> plain, out string? fault);
}

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
