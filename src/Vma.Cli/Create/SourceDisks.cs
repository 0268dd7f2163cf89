// SPDX-License-Identifier: MIT

using System.Text;
using Vma.Cli.Console;
using Vma.Cli.Disks;
using Vma.Posix;
using Vma.Qemu.Guests;
using Vma.Qemu.Guests.Ovf;
using Vma.Qemu.Images;

namespace Vma.Cli.Create;

/// <summary>The disks that <c>create</c> reads, open.</summary>
internal sealed class SourceDisks : IDisposable
{
    private readonly List<SourceDisk> _disks = [];

    public IReadOnlyList<SourceDisk> All => _disks;

    /// <summary>The config of a machine that the disks are those of, with its name; null when there is none.</summary>
    public (string Name, byte[] Data)? Config { get; private set; }

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

        string[] names = [.. arguments.Select((argument, index) => argument.Name ?? $"disk{index}")];
        if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw CommandException.Usage($"two disks are called '{EscapedText.Of(twice.Key)}'");
        }

        if (arguments.Any(SourceDisk.IsMachine))
        {
            return arguments is [var machine] ? OpenMachine(machine.Path) : throw CommandException.Usage("an OVA is a whole machine, and stands alone");
        }

        if (keyFile is not null && FileStatus.KindOf(keyFile) != FileKind.Regular)
        {
            throw CommandException.Failed($"the key file '{EscapedText.Of(keyFile)}' is not a file");
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

    private static SourceDisks OpenMachine(string path)
    {
        var disks = new SourceDisks();
        try
        {
            QemuTool.ThrowIfMissing();
            OvaPackage package = OvaPackage.Open(path);
            package.Verify();
            GuestConfig config = package.Machine.ToGuestConfig();
            foreach ((OvfDisk disk, GuestDisk guest) in package.Machine.Disks.Zip(config.Disks))
            {
                string format = DiskFormats.ByName(disk.FileName) ?? "vmdk";
                disks._disks.Add(new SourceDisk(guest.DeviceName, $"{path}/{disk.FileName}", format, QemuImageDisk.OpenRead(package.ImageOf(disk, format))));
            }

            disks.Config = (GuestConfig.FileName, Encoding.UTF8.GetBytes(config.Format(config.Disks)));
            return disks;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            disks.Dispose();
            throw CommandException.Failed($"cannot open machine '{EscapedText.Of(path)}': {Reason.Of(failure)}", failure);
        }
    }

    /// <summary>An image from elsewhere can name any file of this host, whose content then is in the archive; so it is said.</summary>
    private static void TellOfOtherFiles(SourceDisk disk, Terminal terminal)
    {
        if (disk.OtherFiles.Count > 0)
        {
            terminal.Error($"'{EscapedText.Of(disk.Path)}' is read together with {string.Join(", ", disk.OtherFiles.Select(file => $"'{EscapedText.Of(file)}'"))}");
        }
    }
}
