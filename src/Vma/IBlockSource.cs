// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>
/// A disk to read from: a raw file, a block device, an export, a disk inside an archive. All members may be called from several
/// threads at once.
/// </summary>
public interface IBlockSource : IDisposable
{
    /// <summary>The disk's size in bytes. It does not change.</summary>
    long Length { get; }

    /// <summary>Fills <paramref name="buffer"/> from byte <paramref name="offset"/> on; the range lies inside the disk.</summary>
    /// <exception cref="IOException">The bytes could not all be read.</exception>
    /// <exception cref="VmaException">The disk is inside an archive, which is damaged in this range; other ranges can still be read.</exception>
    void ReadAt(long offset, Span<byte> buffer, CancellationToken cancellationToken = default);

    /// <summary>
    /// What is known without reading of the bytes from <paramref name="offset"/> on, which lies inside the disk. A source that knows
    /// nothing says that all of it is data.
    /// </summary>
    BlockStatus StatusAt(long offset, CancellationToken cancellationToken = default) => new(Length - offset, ReadsAsZeroes: false);
}
