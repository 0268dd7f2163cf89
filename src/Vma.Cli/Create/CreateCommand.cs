// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Archives;
using Vma.Cli.Console;

namespace Vma.Cli.Create;

internal static class CreateCommand
{
    private const int SectorSize = 512;

    public static Command Build(CommandContext context)
    {
        var archive = new Argument<string>("ARCHIVE") { Description = "A file that does not exist, a FIFO or pipe, '-' for standard output, or exec:COMMAND." };
        var disks = new Argument<string[]>("DISK") { Description = "[format=FMT:][NAME=]PATH, the old form of -d.", Arity = ArgumentArity.ZeroOrMore };
        var drives = new Option<string[]>("--drive", "-d") { Description = "A disk: format=FORMAT:[snapshot=TAG:][NAME=]PATH. NAME is disk0, disk1, … when left out. PATH can be an NBD URI, or an OVA for a whole machine. Formats other than raw need qemu-utils.", HelpName = "DISK" };
        var configs = new Option<string[]>("--config", "-c") { Description = "A configuration file, stored under its base name.", HelpName = "FILE" };
        var making = new CreateOptions();
        var command = new Command("create", "Make an archive from disks and configs.")
        {
            archive, disks, drives, configs, making.Verbose, making.KeyFile, making.NoSeal, making.Compress, making.Threads, making.DryRun, making.NoSync, making.Json,
        };
        command.SetAction(parsed => Create(context, making.Request(parsed, parsed.GetRequiredValue(archive)) with
        {
            OldForm = parsed.GetValue(disks) ?? [],
            Drives = parsed.GetValue(drives) ?? [],
            Configs = parsed.GetValue(configs) ?? [],
        }));
        return command;
    }

    /// <summary>Makes an archive.</summary>
    public static int Create(CommandContext context, CreateRequest request)
    {
        if (request is { Json: true, DryRun: false } && request.Archive is "-" or "/dev/stdout")
        {
            throw CommandException.Usage("the archive and the --json report cannot both go to standard output");
        }

        using var disks = SourceDisks.Open(request.OldForm, request.Drives, request.KeyFile, context.Terminal);
        List<(string Name, byte[] Data)> configs = ConfigFiles.Read(request.Configs);
        if (disks.Config is { } made && !configs.Exists(config => config.Name == made.Name))
        {
            configs.Add(made);
        }

        if (configs.Count == 0 && disks.All.Count == 0)
        {
            throw CommandException.Usage("an archive needs at least one disk or config; see 'vma create --help'");
        }

        if (request.DryRun)
        {
            CreatePlan.Print(context.Terminal, request, disks);
            return ExitCode.Done;
        }

        CreatePlan.WarnIfTooSmall(context.Terminal, request, disks);
        using ArchiveOutput output = ArchiveOutput.OpenNamed(request.Archive, request.Sync, context);
        using var writer = new VmaWriter(output.Stream, request.Options, leaveOpen: true);
        VmaWriteReport report;
        try
        {
            report = Write(context.Terminal, request.Verbose, writer, configs, disks);
            output.Commit();
        }
        catch (ArgumentException tooMuch) when (!Reason.IsFileTooLarge(tooMuch))
        {
            throw CommandException.Failed(tooMuch.Message, tooMuch);
        }
        catch (Exception failure) when (Reason.IsFileTooLarge(failure) || failure is IOException or UnauthorizedAccessException)
        {
            throw Explain(failure, request.Archive, output, writer, disks);
        }

        Render(context.Terminal, request, report);
        return ExitCode.Done;
    }

    private static VmaWriteReport Write(Terminal terminal, bool verbose, VmaWriter writer, List<(string Name, byte[] Data)> configs, SourceDisks disks)
    {
        configs.ForEach(config => writer.AddConfig(config.Name, config.Data));
        Dictionary<VmaDeviceWriter, IBlockSource> sources = disks.All.ToDictionary(
            disk => writer.AddDevice(disk.Name, (disk.Source.Length + SectorSize - 1) / SectorSize * SectorSize), disk => disk.Source);
        var progress = new ProgressDisplay(terminal, "create", verbose && !terminal.ErrorIsTerminal ? WriteProgress : null);
        writer.Copy(sources, progress);
        progress.Finish();
        return writer.Commit();

        void WriteProgress(VmaProgress progress, int percent, long seconds) =>
            terminal.ErrorLine($"progress {percent}% {progress.Bytes}/{progress.TotalBytes} {progress.ZeroBytes}");
    }

    /// <summary>Tells an error of a disk from one of the archive.</summary>
    private static CommandException Explain(Exception failure, string archive, ArchiveOutput output, VmaWriter writer, SourceDisks disks)
    {
        foreach (VmaDeviceWriter device in writer.Devices)
        {
            if (ReferenceEquals(device.Progress.Error, failure))
            {
                string path = disks.All[device.Device.Id - 1].Path;
                return CommandException.Failed($"cannot read disk '{EscapedText.Of(path)}': {Reason.Of(failure)}", failure);
            }
        }

        return CommandException.Failed($"cannot write '{EscapedText.Of(archive)}': {output.Explain(failure) ?? Reason.Of(failure)}", failure);
    }

    private static void Render(Terminal terminal, CreateRequest request, VmaWriteReport report)
    {
        if (request.Verbose)
        {
            foreach (VmaWrittenDevice device in report.Devices)
            {
                terminal.ErrorLine($"image {device.Device.Name}: size={device.Device.Size} zeros={device.ZeroBytes} saved={device.Device.Size - device.ZeroBytes}");
            }
        }

        if (request.Json)
        {
            CreateDocument document = CreateDocument.From(CreateDocument.Version, request.Archive, request.Options.Seal, report);
            JsonOutput.Write(terminal, document, CreateContract.Default.CreateDocument);
        }
    }
}
