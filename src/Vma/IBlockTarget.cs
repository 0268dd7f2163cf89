// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>
/// A disk to write to. All members may be called from several threads at once, on ranges that do not overlap.
/// </summary>
public interface IBlockTarget : IDisposable
{
    /// <summary>The disk's size in bytes.</summary>
    long Length { get; }

    /// <summary>Whether what is never written reads as zeros, so that zeros need not be written.</summary>
    bool ReadsAsZeroes { get; }

    /// <summary>Writes all of <paramref name="data"/> at byte <paramref name="offset"/>.</summary>
    /// <exception cref="IOException">Not all could be written.</exception>
    void WriteAt(long offset, ReadOnlySpan<byte> data, CancellationToken cancellationToken = default);

    /// <summary>Makes a range read as zeros, in the cheapest way that the disk has.</summary>
    /// <exception cref="IOException">Not all could be zeroed.</exception>
    void WriteZeroesAt(long offset, long length, CancellationToken cancellationToken = default);

    /// <summary>Returns when everything written before is durable.</summary>
    /// <exception cref="IOException">Something could not be made durable.</exception>
    void Flush(CancellationToken cancellationToken = default);
}
