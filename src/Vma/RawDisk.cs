// SPDX-License-Identifier: MIT

using Vma.Disks;

namespace Vma;

/// <summary>
/// A raw disk image or a block device, as a source, a target or both. Holes of a file are seen when it is read, and made when it
/// is written.
/// </summary>
public sealed class RawDisk : IBlockSource, IBlockTarget
{
    private readonly RawFile _file;

    private RawDisk(RawFile file, bool readsAsZeroes)
    {
        _file = file;
        ReadsAsZeroes = readsAsZeroes;
    }

    /// <inheritdoc cref="IBlockSource.Length"/>
    public long Length => _file.Length;

    /// <inheritdoc/>
    public bool ReadsAsZeroes { get; }

    /// <summary>Opens an existing file or block device for reading.</summary>
    /// <exception cref="IOException">It cannot be opened, or is neither a file nor a block device.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static RawDisk OpenRead(string path) => new(RawFile.Open(path, FileAccess.Read, RawDiskCache.WriteBack), readsAsZeroes: false);

    /// <summary>Opens an existing file or block device for reading and writing; its content stays.</summary>
    /// <inheritdoc cref="OpenRead"/>
    public static RawDisk OpenWrite(string path, RawDiskOptions? options = null)
    {
        options ??= new RawDiskOptions();
        return new(RawFile.Open(path, FileAccess.ReadWrite, options.Cache), options.ReadsAsZeroes);
    }

    /// <summary>
    /// Creates a file of <paramref name="length"/> bytes that are all a hole. A file of that name must not exist. Only its owner can read it: mode 0600, less
    /// what the umask takes away.
    /// </summary>
    /// <exception cref="IOException">It exists, or cannot be created or be so long.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be written.</exception>
    public static RawDisk Create(string path, long length, RawDiskOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        RawFile file = RawFile.Create(path, (options ?? new RawDiskOptions()).Cache);
        try
        {
            file.SetLength(length);
        }
        catch
        {
            file.Dispose();
            File.Delete(path);
            throw;
        }

        return new(file, readsAsZeroes: true);
    }

    /// <summary>Makes a file longer, by a hole, or shorter.</summary>
    public void SetLength(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        _file.SetLength(length);
    }

    /// <inheritdoc/>
    public void ReadAt(long offset, Span<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _file.ReadAt(offset, buffer);
    }

    /// <inheritdoc/>
    public BlockStatus StatusAt(long offset, CancellationToken cancellationToken = default) => _file.StatusAt(offset);

    /// <inheritdoc/>
    public void WriteAt(long offset, ReadOnlySpan<byte> data, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _file.WriteAt(offset, data);
    }

    /// <inheritdoc/>
    public void WriteZeroesAt(long offset, long length, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _file.WriteZeroesAt(offset, length);
    }

    /// <inheritdoc/>
    public void Flush(CancellationToken cancellationToken = default) => _file.Flush();

    /// <summary>Closes the disk.</summary>
    public void Dispose() => _file.Dispose();
}
