// SPDX-License-Identifier: MIT

using Vma.Cli.Archives;
using Vma.Cli.Console;
using Vma.Cli.Disks;
using Vma.Posix;
using Vma.Qemu.Guests;
using Vma.Qemu.Guests.Ovf;

namespace Vma.Cli.Convert;

/// <summary>An archive as an OVA. Its disks are read one after the other, each in its order, so the archive must be one that is read anywhere.</summary>
internal static class OvaExport
{
    private const string DrivePrefix = "drive-";
    private const int MaxNameLength = 40;

    public static bool IsOva(string output) => output.EndsWith(".ova", StringComparison.OrdinalIgnoreCase);

    public static int Run(CommandContext context, string input, string output, bool sync, bool dryRun)
    {
        if (input == ArchiveFile.StandardInput || FileStatus.KindOf(output) != FileKind.None)
        {
            throw CommandException.Usage(input == ArchiveFile.StandardInput
                ? "an OVA has its disks one after the other, so it is made from an archive in a file"
                : $"'{EscapedText.Of(output)}' exists already; an OVA is a new file");
        }

        using VmaArchive archive = OpenArchive(context, input);
        (OvfMachine machine, List<VmaDisk> disks) = Describe(context.Terminal, input, archive, Path.GetFileNameWithoutExtension(output));
        FreeSpace.At(Path.GetDirectoryName(Path.GetFullPath(output)) ?? "/").ThrowIfTooSmall(output, 0, ignoreSpace: true);
        if (dryRun)
        {
            foreach ((OvfDisk disk, VmaDisk source) in machine.Disks.Zip(disks))
            {
                context.Terminal.WriteLine($"{source.Device.Name}: {source.Length} bytes to {disk.FileName} in {EscapedText.Of(output)}");
            }

            context.Terminal.Flush();
            return ExitCode.Done;
        }

        using ArchiveOutput file = ArchiveOutput.OpenNamed(output, sync, context);
        var progress = new ProgressDisplay(context.Terminal, "convert", line: null);
        try
        {
            ArchiveFile.Located(input, () =>
            {
                OvaWriter.Write(file.Stream, FileName(machine.Name), machine, disks, progress);
                return true;
            });
            file.Commit();
        }
        catch (ArgumentException tooMuch) when (!Reason.IsFileTooLarge(tooMuch))
        {
            throw CommandException.Failed(tooMuch.Message, tooMuch);
        }
        catch (Exception failure) when (Reason.IsFileTooLarge(failure) || failure is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Failed($"cannot convert '{EscapedText.Of(input)}' to '{EscapedText.Of(output)}': {Reason.Of(failure)}", failure);
        }

        progress.Finish();
        return ExitCode.Done;
    }

    private static VmaArchive OpenArchive(CommandContext context, string input)
    {
        try
        {
            return Open(input, copyTo: null);
        }
        catch (CommandException refused) when (refused.InnerException is VmaException { Fault.Code: VmaFaultCode.NotSeekable })
        {
            return OpenCopy(context, input);
        }
    }

    private static VmaArchive Open(string input, string? copyTo)
    {
        try
        {
            return ArchiveFile.Located(input, () => VmaArchive.Open(input, new VmaArchiveOptions { SidecarDirectory = copyTo, RefuseDamaged = true }));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Failed($"cannot open '{EscapedText.Of(input)}': {Reason.Of(failure)}", failure);
        }
    }

    /// <summary>What is compressed in one piece is copied to a temporary file that can be read anywhere.</summary>
    private static VmaArchive OpenCopy(CommandContext context, string input)
    {
        string directory = TemporaryPlace.NewPath("vma-convert-");
        Action undo = context.Unfinished.Add(Remove);
        try
        {
            return Open(input, directory);
        }
        finally
        {
            // Open, the copy stays readable without its name.
            context.Unfinished.Finish(Remove, undo);
        }

        void Remove()
        {
            if (Directory.Exists(directory))
            {
                Directory.Delete(directory, recursive: true);
            }
        }
    }

    private static (OvfMachine Machine, List<VmaDisk> Disks) Describe(Terminal terminal, string input, VmaArchive archive, string name)
    {
        GuestConfig config = archive.Manifest.FindConfig(GuestConfig.FileName) is { } found ? GuestConfig.Parse(found.Data.Span) : new GuestConfig();
        config = config with { Name = config.Name ?? FileName(name) };
        List<VmaDisk> disks = [];
        List<OvfDisk> described = [];
        foreach (VmaDevice device in archive.Manifest.Devices)
        {
            string key = device.Name.ToString() is var text && text.StartsWith(DrivePrefix, StringComparison.Ordinal) ? text[DrivePrefix.Length..] : text;
            if (device.IsMemoryState || key.StartsWith("efidisk", StringComparison.Ordinal) || key.StartsWith("tpmstate", StringComparison.Ordinal))
            {
                terminal.Error($"{ArchiveFile.DisplayName(input)}: '{device.Name}' is left out: an OVA has no place for it");
                continue;
            }

            GuestBus bus = key.StartsWith("ide", StringComparison.Ordinal) ? GuestBus.Ide : key.StartsWith("sata", StringComparison.Ordinal) ? GuestBus.Sata : GuestBus.Scsi;
            disks.Add(archive.OpenDisk(device));
            described.Add(new OvfDisk($"{FileName(config.Name!)}-disk{disks.Count}.vmdk", device.Size, bus, described.Count(disk => disk.Bus == bus)));
        }

        return disks.Count == 0 ? throw CommandException.Failed($"{ArchiveFile.DisplayName(input)} holds no disk") : (OvfMachine.From(config, described), disks);
    }

    /// <summary>A name for files that every importer takes.</summary>
    private static string FileName(string name)
    {
        string safe = string.Concat(name.Take(MaxNameLength).Select(one => char.IsAsciiLetterOrDigit(one) || one is '-' or '_' or '.' ? one : '-')).TrimStart('.', '-');
        return safe.Length > 0 ? safe : "vm";
    }
}
