// SPDX-License-Identifier: MIT

using Vma.Cli.Console;

namespace Vma.Cli.Archives;

/// <summary>A disk of an archive whose failures are told with the archive's name.</summary>
internal sealed class NamedDisk(VmaDisk disk, string path) : IBlockSource
{
    public long Length => disk.Length;

    /// <exception cref="CommandException">It could not be read.</exception>
    public static NamedDisk Open(VmaArchive archive, VmaDevice device, string path) => new(ArchiveFile.Located(path, () => archive.OpenDisk(device)), path);

    public void ReadAt(long offset, Span<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            disk.ReadAt(offset, buffer, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or VmaException)
        {
            throw Named(failure);
        }
    }

    public BlockStatus StatusAt(long offset, CancellationToken cancellationToken = default)
    {
        try
        {
            return disk.StatusAt(offset, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or VmaException)
        {
            throw Named(failure);
        }
    }

    public void Dispose() => disk.Dispose();

    private CommandException Named(Exception failure) => failure is VmaException damage
        ? new CommandException(ExitCode.Damaged, $"{ArchiveFile.DisplayName(path)}: {damage.Fault}", damage)
        : CommandException.Failed($"cannot read '{ArchiveFile.DisplayName(path)}': {Reason.Of(failure)}", failure);
}
