// SPDX-License-Identifier: MIT

using Vma.Cli.Archives;
using Vma.Cli.Disks;
using Vma.Posix;
using Vma.Qemu.Guests;
using Vma.Qemu.Guests.Ovf;

namespace Vma.Cli.Convert;

internal sealed record OvaRequest(string Input, string Output, VmaReaderOptions Reading, bool Sync, bool DryRun);

/// <summary>
/// Makes an OVA of an archive. The disks are read one after the other, each from its start to its end, so the archive must be one that is read anywhere.
/// </summary>
internal static class OvaRun
{
    private const int MaxFileName = 40;

    public static int Execute(CommandContext context, OvaRequest request)
    {
        (string input, string output, _, _, _) = request;
        if (input == StandardStreams.Input || FileStatus.KindOf(output) != FileKind.None)
        {
            throw CommandException.Usage(input == StandardStreams.Input
                ? "an OVA has its disks one after the other, so it is made from an archive in a file"
                : $"'{EscapedText.Of(output)}' exists already; an OVA is a new file");
        }

        var text = new OvaText(context.Terminal, request);
        using VmaArchive archive = OpenArchive(context.Unfinished, request);
        (OvfMachine machine, List<VmaDisk> disks) = Describe(text, archive, request);
        FreeSpace.Beside(output).ThrowIfTooSmall(output, 0, ignoreSpace: true);
        if (request.DryRun)
        {
            text.WritePlan(disks.Zip(machine.Disks));
            return ExitCode.Done;
        }

        using var file = ArchiveOutput.Open(output, request.Sync, context);
        ProgressDisplay progress = text.Progress();
        file.Write($"cannot convert '{EscapedText.Of(input)}' to '{EscapedText.Of(output)}'", stream => ArchiveFile.Located(input, () =>
        {
            OvaWriter.Run(stream, FileName(machine.Name), machine, disks, progress);
            return true;
        }));
        progress.Finish();
        return ExitCode.Done;
    }

    private static VmaArchive OpenArchive(Unfinished unfinished, OvaRequest request)
    {
        try
        {
            return Open(request, copyTo: null);
        }
        catch (CommandException refused) when (refused.InnerException is VmaException { Fault.Code: VmaFaultCode.NotSeekable })
        {
            return OpenCopy(unfinished, request);
        }
    }

    private static VmaArchive Open(OvaRequest request, string? copyTo)
    {
        var options = new VmaArchiveOptions { SidecarDirectory = copyTo, RefuseDamaged = true, DecoderMemory = request.Reading.DecoderMemory };
        return Doing.With("open", request.Input, () => ArchiveFile.Located(request.Input, () => VmaArchive.Open(request.Input, options)));
    }

    /// <summary>What is compressed in one piece is copied to a temporary file that can be read anywhere.</summary>
    private static VmaArchive OpenCopy(Unfinished unfinished, OvaRequest request)
    {
        string directory = TemporaryPath.New("vma-convert-");
        Action undo = unfinished.Add(Remove);
        try
        {
            return Open(request, directory);
        }
        finally
        {
            // The copy is open, and stays readable without its name.
            unfinished.Finish(Remove, undo);
        }

        void Remove()
        {
            if (Directory.Exists(directory))
            {
                Directory.Delete(directory, recursive: true);
            }
        }
    }

    private static (OvfMachine Machine, List<VmaDisk> Disks) Describe(OvaText text, VmaArchive archive, OvaRequest request)
    {
        GuestConfig config = archive.Manifest.FindConfig(GuestConfig.FileName) is { } found ? GuestConfig.Parse(found.Data.Span) : new GuestConfig();
        config = config with { Name = config.Name ?? FileName(Path.GetFileNameWithoutExtension(request.Output)) };
        List<VmaDisk> disks = [];
        List<OvfDisk> described = [];
        foreach (VmaDevice device in archive.Manifest.Devices)
        {
            string key = DeviceNames.ShortOf(device.Name.ToString());
            if (device.IsMemoryState || key.StartsWith("efidisk", StringComparison.Ordinal) || key.StartsWith("tpmstate", StringComparison.Ordinal))
            {
                text.WriteLeftOut(device);
                continue;
            }

            GuestBus bus = key.StartsWith("ide", StringComparison.Ordinal) ? GuestBus.Ide
                : key.StartsWith("sata", StringComparison.Ordinal) ? GuestBus.Sata
                : GuestBus.Scsi;
            disks.Add(archive.OpenDisk(device));
            described.Add(new OvfDisk($"{FileName(config.Name!)}-disk{disks.Count}.vmdk", device.Size, bus, described.Count(disk => disk.Bus == bus)));
        }

        return disks.Count == 0
            ? throw CommandException.Failed($"{ArchiveFile.DisplayName(request.Input)} holds no disk")
            : (OvfMachine.From(config, described), disks);
    }

    /// <summary>A name for files that every importer takes.</summary>
    private static string FileName(string name)
    {
        IEnumerable<char> taken = name.Take(MaxFileName).Select(one => char.IsAsciiLetterOrDigit(one) || one is '-' or '_' or '.' ? one : '-');
        string safe = string.Concat(taken).TrimStart('.', '-');
        return safe.Length > 0 ? safe : "vm";
    }
}
