// SPDX-License-Identifier: MIT

using Vma.Indexing;
using Vma.Input;

namespace Vma;

/// <summary>
/// A disk inside a <see cref="VmaArchive"/>, to be read anywhere, by any number of threads at once. Damage is an error for just the clusters
/// that it hit. It can be used as long as the archive is open; disposing of it does nothing.
/// </summary>
public sealed class VmaDisk : IBlockSource
{
    private readonly VmaArchive _archive;
    private ArchiveDisk _disk;

    internal VmaDisk(VmaArchive archive, VmaDevice device)
    {
        _archive = archive;
        Device = device;
        ArchiveContent content = archive.Content;
        // RAM state has as many clusters as came, whatever its size says.
        long clusters = device.IsMemoryState ? content.Index.EndOf(device.Id) : device.ClusterCount;
        ClustersLength = clusters * VmaCluster.Size;
        Length = device.IsMemoryState && clusters != device.ClusterCount ? ClustersLength : device.Size;
        _disk = new ArchiveDisk(content, device, Length);
    }

    /// <summary>The device.</summary>
    public VmaDevice Device { get; }

    /// <summary>
    /// The disk's size in bytes. RAM state ends at its size when just as many clusters came as that takes, else where the last one ends.
    /// </summary>
    public long Length { get; }

    /// <summary>How many bytes its clusters have, with what the last one has behind the end.</summary>
    internal long ClustersLength { get; }

    /// <summary>Fills <paramref name="buffer"/> from byte <paramref name="offset"/> on; the range lies inside the disk.</summary>
    /// <exception cref="VmaException">A cluster of the range is damaged, is missing or is there more than once; the fault says which.</exception>
    /// <exception cref="IOException">The archive could not be read.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie inside the disk.</exception>
    /// <exception cref="ObjectDisposedException">The archive was closed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void ReadAt(long offset, Span<byte> buffer, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - buffer.Length);
        ReadClusters(offset, buffer, cancellationToken);
    }

    /// <summary>As <see cref="ReadAt"/>, up to the end of the last cluster.</summary>
    internal void ReadClusters(long offset, Span<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            ArchiveDisk disk = Current();
            try
            {
                disk.ReadAt(offset, buffer, cancellationToken);
                return;
            }
            catch (Exception failure) when (VmaArchive.MayMend(failure))
            {
                if (!_archive.Rebuild(disk.Content, failure, cancellationToken))
                {
                    throw;
                }
            }
        }
    }

    /// <summary>
    /// What the archive knows of the bytes from <paramref name="offset"/> on, exact to blocks of 4 KiB: whether they are zeros that are not stored.
    /// One answer covers zeros as far as they go, in bounded time, and data at most to the end of its extent. What is missing or damaged counts as data.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not lie inside the disk.</exception>
    /// <exception cref="VmaException">What the archive is compressed in is damaged there.</exception>
    /// <exception cref="IOException">The archive could not be read.</exception>
    /// <exception cref="ObjectDisposedException">The archive was closed.</exception>
    public BlockStatus StatusAt(long offset, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(offset, Length);
        while (true)
        {
            ArchiveDisk disk = Current();
            try
            {
                return disk.StatusAt(offset);
            }
            catch (Exception failure) when (VmaArchive.MayMend(failure))
            {
                if (!_archive.Rebuild(disk.Content, failure, cancellationToken))
                {
                    throw;
                }
            }
        }
    }

    /// <summary>A seekable read-only stream over the disk, with a position of its own; the caller disposes of it.</summary>
    public Stream OpenStream() => new PositionedStream(Length, (offset, buffer) => ReadAt(offset, buffer));

    /// <summary>Does nothing: the archive holds what is to be closed.</summary>
    public void Dispose()
    {
    }

    private ArchiveDisk Current()
    {
        ArchiveDisk disk = Volatile.Read(ref _disk);
        ArchiveContent content = _archive.Content;
        if (disk.Content != content)
        {
            disk = new ArchiveDisk(content, Device, Length);
            Volatile.Write(ref _disk, disk);
        }

        return disk;
    }
}
