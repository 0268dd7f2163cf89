// SPDX-License-Identifier: MIT

using Vma.Cli.Archives;

namespace Vma.Cli.Disks;

/// <summary>A disk that is read, and whose failures become lines for the user.</summary>
/// <param name="source">The disk, which this one owns.</param>
/// <param name="sentence">What could not be done when reading fails, in front of the reason.</param>
/// <param name="damaged">How damage of the archive that the disk is in is told; null for a disk that is in none.</param>
internal sealed class NamedSource(IBlockSource source, string sentence, Func<VmaException, CommandException>? damaged = null) : IBlockSource
{
    public long Length => source.Length;

    /// <summary>Opens a disk of an archive.</summary>
    public static NamedSource Open(VmaArchive archive, VmaDevice device, string path) =>
        new(
            ArchiveFile.Located(path, () => archive.OpenDisk(device)),
            $"cannot read '{ArchiveFile.DisplayName(path)}'",
            damage => ArchiveFile.Damaged(path, damage));

    /// <exception cref="CommandException">It could not be read.</exception>
    public void ReadAt(long offset, Span<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            source.ReadAt(offset, buffer, cancellationToken);
        }
        catch (Exception failure) when (IsTold(failure))
        {
            throw Told(failure);
        }
    }

    /// <exception cref="CommandException">It could not be read.</exception>
    public BlockStatus StatusAt(long offset, CancellationToken cancellationToken = default)
    {
        try
        {
            return source.StatusAt(offset, cancellationToken);
        }
        catch (Exception failure) when (IsTold(failure))
        {
            throw Told(failure);
        }
    }

    public void Dispose() => source.Dispose();

    private bool IsTold(Exception failure) => SystemFailure.Is(failure) || (failure is VmaException && damaged is not null);

    private CommandException Told(Exception failure) => failure is VmaException damage ? damaged!(damage) : Doing.Failed(sentence, failure);
}
