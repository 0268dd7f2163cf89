// SPDX-License-Identifier: MIT

using Vma.Format;

namespace Vma.Compression;

/// <summary>
/// How an archive becomes the compressed stream: its header, each extent with its seal, and its end mark become a frame each, in a format that has
/// frames. Several encoders make them at once, independently; what they became is told here in order.
/// </summary>
internal abstract class ArchiveEncoding
{
    /// <summary>What stands in front of the first frame.</summary>
    public virtual byte[] Start => [];

    /// <summary>Whether encoding costs so little that it is not worth another thread.</summary>
    public virtual bool IsPlain => false;

    /// <summary>An encoder for one thread.</summary>
    public abstract IFrameEncoder CreateEncoder();

    /// <summary>Takes note of a frame that was written; of an extent also what is in it.</summary>
    public virtual void OnWritten(int plainLength, int encodedLength, IReadOnlyList<BlockInfo> slots)
    {
    }

    /// <summary>What stands behind the last frame.</summary>
    public virtual byte[] End() => [];
}

/// <summary>Makes frames, one at a time.</summary>
internal interface IFrameEncoder : IDisposable
{
    /// <summary>The encoded bytes; they hold until the next call.</summary>
    ReadOnlySpan<byte> Encode(ReadOnlySpan<byte> plain);
}
