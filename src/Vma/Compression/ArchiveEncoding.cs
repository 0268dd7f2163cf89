// SPDX-License-Identifier: MIT

using Vma.Format;

namespace Vma.Compression;

/// <summary>
/// How the chunks of an archive (its header, each extent with its seal, its end mark) become the compressed stream. The chunks are encoded
/// independently, by several encoders at once; what they become is told here in order.
/// </summary>
internal abstract class ArchiveEncoding
{
    /// <summary>What stands in front of the first chunk.</summary>
    public virtual byte[] Start => [];

    /// <summary>Whether encoding costs so little that other threads need not be asked.</summary>
    public virtual bool IsPlain => false;

    /// <summary>An encoder for one thread.</summary>
    public abstract IChunkEncoder CreateEncoder();

    /// <summary>Takes note of a chunk that was written; of an extent also what is in it.</summary>
    public virtual void OnWritten(int plainLength, int encodedLength, IReadOnlyList<BlockInfo> slots)
    {
    }

    /// <summary>What stands behind the last chunk.</summary>
    public virtual byte[] End() => [];
}

/// <summary>Encodes chunks, one at a time.</summary>
internal interface IChunkEncoder : IDisposable
{
    /// <summary>The encoded bytes; they hold until the next call.</summary>
    ReadOnlySpan<byte> Encode(ReadOnlySpan<byte> plain);
}
