// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Vma.Cli.Create;

/// <summary>The disks that <c>create</c> reads, open.</summary>
internal sealed class SourceDisks : IDisposable
{
    private readonly List<(string Name, string Path, RawDisk Source)> _disks = [];

    public IReadOnlyList<(string Name, string Path, RawDisk Source)> All => _disks;

    public static SourceDisks Open(string[] oldForm, string[] drives, Terminal terminal)
    {
        if (oldForm.Length > 0 && drives.Length > 0)
        {
            throw CommandException.Usage("disks are given either with -d or as operands, not both; see 'vma create --help'");
        }

        DriveArgument[] arguments = [.. oldForm.Concat(drives).Select(DriveArgument.Parse)];
        if (oldForm.Length > 0 && arguments.Any(argument => argument.Format is null))
        {
            terminal.Error("warning: disks without a format are deprecated; use -d format=raw:[NAME=]PATH");
        }

        var disks = new SourceDisks();
        try
        {
            foreach (DriveArgument argument in arguments)
            {
                disks.Add(argument);
            }
        }
        catch
        {
            disks.Dispose();
            throw;
        }

        return disks;
    }

    public void Dispose() => _disks.ForEach(disk => disk.Source.Dispose());

    private void Add(DriveArgument argument)
    {
        string name = argument.Name ?? string.Create(CultureInfo.InvariantCulture, $"disk{_disks.Count}");
        DiskFormats.ThrowIfUnsupported(argument.Format ?? DiskFormats.Raw);
        if (_disks.Any(disk => disk.Name == name))
        {
            throw CommandException.Usage($"two disks are called '{ArchiveFile.Escape(name)}'");
        }

        if (Posix.KindOf(argument.Path) == FileKind.Passage)
        {
            // Opening a FIFO would wait for a writer.
            throw CommandException.Failed($"disk '{ArchiveFile.Escape(argument.Path)}' is neither a file nor a block device");
        }

        try
        {
            RawDisk disk = RawDisk.OpenRead(argument.Path);
            _disks.Add((name, argument.Path, disk));
            if (disk.Length == 0)
            {
                throw CommandException.Failed($"disk '{ArchiveFile.Escape(argument.Path)}' is empty");
            }

            if (argument.Format is null)
            {
                DiskFormats.ThrowIfLooksOtherwise(argument.Path, disk);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Failed($"cannot open disk '{ArchiveFile.Escape(argument.Path)}': {Reason.Of(failure)}", failure);
        }
    }
}
