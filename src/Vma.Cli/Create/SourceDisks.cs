// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Vma.Cli.Create;

/// <summary>The disks that <c>create</c> reads, open.</summary>
internal sealed class SourceDisks : IDisposable
{
    private readonly List<SourceDisk> _disks = [];

    public IReadOnlyList<SourceDisk> All => _disks;

    public static SourceDisks Open(string[] oldForm, string[] drives, string? keyFile, Terminal terminal)
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

        string[] names = [.. arguments.Select((argument, index) => argument.Name ?? string.Create(CultureInfo.InvariantCulture, $"disk{index}"))];
        if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw CommandException.Usage($"two disks are called '{ArchiveFile.Escape(twice.Key)}'");
        }

        if (keyFile is not null && Posix.KindOf(keyFile) != FileKind.Regular)
        {
            throw CommandException.Failed($"the key file '{ArchiveFile.Escape(keyFile)}' is not a file");
        }

        var disks = new SourceDisks();
        try
        {
            foreach ((string name, DriveArgument argument) in names.Zip(arguments))
            {
                SourceDisk disk = SourceDisk.Open(name, argument, keyFile);
                disks._disks.Add(disk);
                TellOfOtherFiles(disk, terminal);
            }
        }
        catch
        {
            disks.Dispose();
            throw;
        }

        return disks;
    }

    public void Dispose() => _disks.ForEach(disk => disk.Dispose());

    /// <summary>An image from elsewhere can name any file of this host, whose content then is in the archive; so it is said.</summary>
    private static void TellOfOtherFiles(SourceDisk disk, Terminal terminal)
    {
        if (disk.OtherFiles.Count > 0)
        {
            terminal.Error($"'{ArchiveFile.Escape(disk.Path)}' is read together with {string.Join(", ", disk.OtherFiles.Select(file => $"'{ArchiveFile.Escape(file)}'"))}");
        }
    }
}
