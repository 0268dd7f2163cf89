// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Globalization;
using Vma.Cli.Create;
using Vma.Cli.Json;

namespace Vma.Cli.Commands;

internal static class CreateCommand
{
    private const int SectorSize = 512;

    public static Command Build(CommandContext context)
    {
        var archive = new Argument<string>("ARCHIVE") { Description = "A file that does not exist, a FIFO or pipe, '-' for standard output, or exec:COMMAND." };
        var disks = new Argument<string[]>("DISK") { Description = "[format=FMT:][NAME=]PATH, the old form of -d.", Arity = ArgumentArity.ZeroOrMore };
        var drives = new Option<string[]>("--drive", "-d") { Description = "A disk: format=raw:[NAME=]PATH. NAME is disk0, disk1, … when left out.", HelpName = "DISK" };
        var configs = new Option<string[]>("--config", "-c") { Description = "A configuration file, stored under its base name.", HelpName = "FILE" };
        Option<bool> verbose = CommonOptions.Verbose();
        var noSeal = new Option<bool>("--no-seal") { Description = "Leave the data checksums out, for a reader that refuses archives with them (docs/errata.md)." };
        Option<string> compress = CommonOptions.Compress();
        Option<int> threads = CommonOptions.Threads();
        Option<bool> noSync = CommonOptions.NoSync();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("create", "Make an archive from disks and configs.") { archive, disks, drives, configs, verbose, noSeal, compress, threads, noSync, json };
        command.SetAction(parsed => Create(context, new Request(
            parsed.GetRequiredValue(archive),
            parsed.GetValue(disks) ?? [],
            parsed.GetValue(drives) ?? [],
            parsed.GetValue(configs) ?? [],
            parsed.GetValue(verbose),
            new VmaWriterOptions
            {
                Seal = !parsed.GetValue(noSeal),
                Compression = CompressionArgument.Parse(parsed.GetValue(compress), parsed.GetRequiredValue(archive)),
                Parallelism = parsed.GetValue(threads),
            },
            !parsed.GetValue(noSync),
            parsed.GetValue(json))));
        return command;
    }

    private static int Create(CommandContext context, Request request)
    {
        if (request.Json && request.Archive is "-" or "/dev/stdout")
        {
            throw CommandException.Usage("the archive and the --json report cannot both go to standard output");
        }

        using var disks = SourceDisks.Open(request.OldForm, request.Drives, context.Terminal);
        List<(string Name, byte[] Data)> configs = ConfigFiles.Read(request.Configs);
        if (configs.Count == 0 && disks.All.Count == 0)
        {
            throw CommandException.Usage("an archive needs at least one disk or config; see 'vma create --help'");
        }

        using ArchiveOutput output = ArchiveOutput.OpenNamed(request.Archive, request.Sync, context);
        using var writer = new VmaWriter(output.Stream, request.Options, leaveOpen: true);
        VmaWriteReport report;
        try
        {
            report = Write(context.Terminal, request.Verbose, writer, configs, disks);
            output.Commit();
        }
        catch (ArgumentException tooMuch)
        {
            throw CommandException.Failed(tooMuch.Message, tooMuch);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
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
            disk => writer.AddDevice(disk.Name, (disk.Source.Length + SectorSize - 1) / SectorSize * SectorSize), disk => (IBlockSource)disk.Source);
        var progress = new ProgressDisplay(terminal, "create", verbose && !terminal.ErrorIsTerminal ? WriteProgress : null);
        writer.Copy(sources, progress);
        progress.Finish();
        return writer.Commit();

        void WriteProgress(VmaProgress progress, int percent, long seconds) =>
            terminal.ErrorLine(string.Create(CultureInfo.InvariantCulture, $"progress {percent}% {progress.Bytes}/{progress.TotalBytes} {progress.ZeroBytes}"));
    }

    /// <summary>Tells an error of a disk from one of the archive.</summary>
    private static CommandException Explain(Exception failure, string archive, ArchiveOutput output, VmaWriter writer, SourceDisks disks)
    {
        foreach (VmaDeviceWriter device in writer.Devices)
        {
            if (ReferenceEquals(device.Progress.Error, failure))
            {
                string path = disks.All[device.Device.Id - 1].Path;
                return CommandException.Failed($"cannot read disk '{ArchiveFile.Escape(path)}': {Reason.Of(failure)}", failure);
            }
        }

        return CommandException.Failed($"cannot write '{ArchiveFile.Escape(archive)}': {output.Explain(failure) ?? Reason.Of(failure)}", failure);
    }

    private static void Render(Terminal terminal, Request request, VmaWriteReport report)
    {
        if (request.Verbose)
        {
            foreach (VmaWrittenDevice device in report.Devices)
            {
                terminal.ErrorLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"image {device.Device.Name}: size={device.Device.Size} zeros={device.ZeroBytes} saved={device.Device.Size - device.ZeroBytes}"));
            }
        }

        if (request.Json)
        {
            CreateDocument document = CreateDocument.From(CreateDocument.Version, request.Archive, request.Options.Seal, report);
            JsonOutput.Write(terminal, document, JsonContracts.Default.CreateDocument);
        }
    }

    private sealed record Request(string Archive, string[] OldForm, string[] Drives, string[] Configs, bool Verbose, VmaWriterOptions Options, bool Sync, bool Json);
}
