// SPDX-License-Identifier: MIT

using System.Text;
using Vma.Cli.Disks;
using Vma.Failures;
using Vma.Posix;
using Vma.Qemu.Guests;
using Vma.Qemu.Guests.Ovf;
using Vma.Qemu.Images;

namespace Vma.Cli.ArchiveFromDisks;

/// <summary>The disks that <c>create</c> reads, open.</summary>
internal sealed class SourceDisks : IDisposable
{
    private readonly List<SourceDisk> _disks = [];

    public IReadOnlyList<SourceDisk> All => _disks;

    /// <summary>The config of the machine that the disks belong to, with the config's name; null when they belong to none.</summary>
    public (string Name, byte[] Data)? Config { get; private set; }

    /// <param name="request">Names the disks.</param>
    /// <param name="tell">Gets what the user should know about them.</param>
    public static SourceDisks Open(CreateRequest request, Action<string> tell)
    {
        CommandException.UsageIf(request.OldForm.Length > 0 && request.Drives.Length > 0,
            "disks are given either with -d or as operands, not both; see 'vma create --help'");

        DriveArgument[] arguments = [.. request.OldForm.Concat(request.Drives).Select(DriveArgument.Parse)];
        if (request.OldForm.Length > 0 && arguments.Any(argument => argument.Format is null))
        {
            tell("warning: disks without a format are deprecated; use -d format=raw:[NAME=]PATH");
        }

        string[] names = [.. arguments.Select((argument, index) => argument.Name ?? $"disk{index}")];
        if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw CommandException.Usage($"two disks are called '{EscapedText.Of(twice.Key)}'");
        }

        if (arguments.Any(SourceDisk.IsMachine))
        {
            return arguments is [var machine]
                ? OpenAll(disks => disks.AddMachine(machine.Path))
                : throw CommandException.Usage("an OVA is a whole machine, and stands alone");
        }

        if (request.KeyFile is not null && FileStatus.KindOf(request.KeyFile) != FileKind.Regular)
        {
            throw CommandException.Failed($"the key file '{EscapedText.Of(request.KeyFile)}' is not a file");
        }

        return OpenAll(disks =>
        {
            foreach ((string name, DriveArgument argument) in names.Zip(arguments))
            {
                SourceDisk disk = SourceDisk.Open(name, argument, request.KeyFile);
                disks._disks.Add(disk);
                ImageFiles.Tell(disk.Path, "is read", disk.OtherFiles, tell);
            }
        });
    }

    public void Dispose() => _disks.ForEach(disk => disk.Dispose());

    private static SourceDisks OpenAll(Action<SourceDisks> open) => Attempt.Into(new SourceDisks(), disks =>
    {
        open(disks);
        disks._disks.ForEach(ThrowIfTooLarge);
        return disks;
    });

    /// <summary>Refuses at once what no archive can hold: to measure it first could take for ever.</summary>
    private static void ThrowIfTooLarge(SourceDisk disk)
    {
        CommandException.FailIf(disk.Disk.Length > VmaCluster.LargestDisk,
            $"disk '{EscapedText.Of(disk.Path)}' has {disk.Disk.Length} bytes; an archive takes disks of at most {VmaCluster.LargestDisk}");
    }

    private void AddMachine(string path) => Doing.With("open machine", path, () =>
    {
        QemuTool.ThrowIfMissing();
        OvaPackage package = OvaPackage.Open(path);
        package.Verify();
        GuestConfig config = package.Machine.ToGuestConfig();
        foreach ((OvfDisk disk, GuestDisk guest) in package.Machine.Disks.Zip(config.Disks))
        {
            string format = DiskFormats.ByName(disk.FileName) ?? "vmdk";
            _disks.Add(new SourceDisk(guest.DeviceName, $"{path}/{disk.FileName}", format, QemuImageDisk.OpenRead(package.ImageOf(disk, format))));
        }

        Config = (GuestConfig.FileName, Encoding.UTF8.GetBytes(config.Format(config.Disks)));
    });
}
