// SPDX-License-Identifier: MIT

namespace Vma.Input;

/// <summary>The plain bytes of an archive at any place, whatever it comes as. Thread-safe.</summary>
internal abstract class RandomInput : IDisposable
{
    /// <summary>How many bytes the plain archive has, as far as it is known.</summary>
    public abstract long Length { get; }

    /// <summary>Whether the plain archive goes up to a place. Where it is not known yet, the caller waits until it is.</summary>
    public virtual bool Reaches(long end) => end <= Length;

    /// <summary>Whether the bytes come out of a decoder, so that a short file can have any number of them.</summary>
    public virtual bool IsDecoded => false;

    /// <summary>How many reads at once are of use.</summary>
    public virtual int Parallelism => int.MaxValue;

    /// <summary>Fills the buffer from <paramref name="offset"/> on, counted from where the archive starts.</summary>
    /// <exception cref="EndOfStreamException">The archive ends before.</exception>
    /// <exception cref="VmaException">What it is compressed in is damaged there.</exception>
    public abstract void ReadAt(long offset, Span<byte> buffer);

    /// <summary>The same for an extent's header or seal, which says little of where data is read next.</summary>
    public virtual void ReadHeader(long offset, Span<byte> buffer) => ReadAt(offset, buffer);

    /// <summary>Where the bytes end that are lost together with the one at <paramref name="offset"/>, when it is damaged.</summary>
    public virtual long EndOfDamage(long offset) => Length;

    /// <summary>
    /// From here on the reader compares the bytes with checksums of its own, so damage has to fail no more than the bytes that it hit.
    /// </summary>
    public virtual void LeaveChecksToReader()
    {
    }

    /// <summary>What is wrong with the bytes around a place as far as the input can tell; null when nothing is.</summary>
    public virtual VmaFault? FaultAt(long offset) => null;

    /// <summary>The same bytes as a stream, which stands at the start.</summary>
    public Stream ToStream() => new PositionedStream(Length, ReadAt);

    public virtual void Dispose()
    {
    }
}
