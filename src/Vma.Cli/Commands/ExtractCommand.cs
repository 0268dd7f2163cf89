// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Globalization;
using Vma.Cli.Json;
using Vma.Cli.Restore;

namespace Vma.Cli.Commands;

internal static class ExtractCommand
{
    public static Command Build(CommandContext context)
    {
        Argument<string> file = CommonOptions.Archive();
        var directory = new Argument<string>("DIR") { Description = "Where to extract to; must not exist or be empty, but for what a killed extract of this archive left." };
        Option<bool> verbose = CommonOptions.Verbose();
        var devices = new Option<string[]>("--drives", "-d") { Description = "Restore only these devices: NAME or dev_id:N, separated by commas.", HelpName = "NAME,…" };
        var map = new Option<string>("--map", "-r") { Description = "Read where each device goes from this file or FIFO: lines like 0:drive-scsi0=/dev/vg/disk (docs/scripting.md).", HelpName = "MAP" };
        var noConfigs = new Option<bool>("--no-configs") { Description = "Leave the configs out." };
        var noVerify = new Option<bool>("--no-verify-data") { Description = "Write data even when it does not match its checksum." };
        Option<bool> noSync = CommonOptions.NoSync();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("extract", "Restore the disks and configs of an archive.") { file, directory, verbose, devices, map, noConfigs, noVerify, noSync, json };
        command.SetAction(parsed => Extract(context, new Request(
            parsed.GetRequiredValue(file),
            parsed.GetRequiredValue(directory),
            parsed.GetValue(devices) ?? [],
            parsed.GetValue(map),
            parsed.GetValue(verbose),
            !parsed.GetValue(noConfigs),
            !parsed.GetValue(noVerify),
            !parsed.GetValue(noSync),
            parsed.GetValue(json))));
        return command;
    }

    /// <summary>Restores an archive to a directory or through a map.</summary>
    internal static int Extract(CommandContext context, Request request)
    {
        if (request.File == ArchiveFile.StandardInput && request.Map is ArchiveFile.StandardInput or "/dev/stdin")
        {
            throw CommandException.Usage("the archive and the restore map cannot both come from standard input");
        }

        Terminal terminal = context.Terminal;
        using VmaReader reader = ArchiveFile.Open(request.File);
        IReadOnlyList<VmaDevice> selected = DeviceSelection.Select(reader.Manifest, request.Devices);
        IReadOnlyList<VmaConfig> configs = request.Configs ? reader.Manifest.Configs : [];
        ReportHeader(terminal, request.File, reader.Manifest, selected);

        // With a map it decides about disks, also about those of one name; only RAM state can go into the directory.
        IReadOnlyList<VmaDevice> intoDirectory = request.Map is null ? selected : [.. selected.Where(device => device.IsMemoryState)];
        (string Name, byte[] Data)? beside = request.Beside?.Invoke(reader.Manifest);
        if (configs.FirstOrDefault(config => config.Name.FileName == beside?.Name) is { } clash)
        {
            throw CommandException.Failed($"{ArchiveFile.DisplayName(request.File)}: a config is called '{clash.Name}', as the file that starts the guest");
        }

        RestoreDirectory.ThrowIfNamesClash(configs, intoDirectory);
        RestoreDirectory directory = RestoreDirectory.Create(request.Directory, configs, intoDirectory.Select(RestoreDirectory.FileNameOf), context.Unfinished);
        foreach (VmaConfig config in configs)
        {
            directory.WriteConfig(config);
        }

        var targets = new List<RestoreTarget>();
        try
        {
            using MapReader? map = OpenTargets(terminal, request, reader.Manifest, selected, directory, targets);
            VmaReadReport report = Restore(terminal, request, reader, targets);
            if (beside is { } file)
            {
                directory.WriteFile(file.Name, file.Data);
            }

            directory.Commit(targets);
            Render(terminal, request, report, configs, targets);
        }
        finally
        {
            targets.ForEach(target => target.Dispose());
        }

        return ExitCode.Done;
    }

    private static void ReportHeader(Terminal terminal, string file, VmaManifest manifest, IReadOnlyList<VmaDevice> selected)
    {
        string name = ArchiveFile.DisplayName(file);
        foreach (VmaFault finding in manifest.Findings)
        {
            if (finding.Code == VmaFaultCode.DeviceTooLarge && selected.Any(device => device.Id == finding.DeviceId))
            {
                throw new CommandException(ExitCode.Damaged, $"{name}: {finding}");
            }

            if (finding.Code == VmaFaultCode.UnsafeName)
            {
                terminal.Error($"{name}: warning: {finding}");
            }
        }
    }

    /// <summary>Opens a target for each device; gives the map, which stays open as long as the restore runs.</summary>
    private static MapReader? OpenTargets(
        Terminal terminal, Request request, VmaManifest manifest, IReadOnlyList<VmaDevice> selected, RestoreDirectory directory, List<RestoreTarget> targets)
    {
        var options = new RawDiskOptions { Cache = request.Sync ? RawDiskCache.WriteBack : RawDiskCache.Unsafe };
        if (request.Map is null)
        {
            foreach (VmaDevice device in selected)
            {
                RestoreTarget target = directory.CreateDisk(device, options);
                targets.Add(target);
                if (!request.Json && !request.Quiet)
                {
                    terminal.WriteLine(string.Create(CultureInfo.InvariantCulture, $"DEVINFO {ArchiveFile.Escape(target.Path)} {device.Size}"));
                }
            }

            terminal.Flush();
            return null;
        }

        if (!request.Json)
        {
            ManifestText.Write(manifest, terminal);
        }

        MapReader reader = MapReader.Open(request.Map);
        var map = new RestoreMap(reader.ReadLines(), manifest, selected);
        map.OpenTargets(selected, targets);
        targets.AddRange(map.Unmapped.Select(device => directory.CreateDisk(device, options)));
        return reader;
    }

    private static VmaReadReport Restore(Terminal terminal, Request request, VmaReader reader, List<RestoreTarget> targets)
    {
        string name = ArchiveFile.DisplayName(request.File);
        ProgressDisplay progress = ReadSummary.Progress(terminal, "extract", request.Verbose && !request.Json);
        var options = new VmaExtractOptions { VerifyData = request.VerifyData, Flush = false };
        VmaReadReport report;
        try
        {
            report = ArchiveFile.Located(request.File, () => reader.Extract(targets.ToDictionary(target => target.Device, target => target.Target), options, progress));
            FinishDisks(targets, report, request.Sync);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The framework names the file that it could not write, and only there.
            RestoreTarget? target = targets.Find(target => failure.Message.Contains($"'{target.Path}'", StringComparison.Ordinal));
            string what = target is null ? $"restoring '{name}' failed" : $"cannot write '{ArchiveFile.Escape(target.Path)}' for device '{target.Device.Name}'";
            throw CommandException.Failed($"{what}: {Reason.Of(failure)}", failure);
        }

        progress.Finish();
        return report;
    }

    private static void FinishDisks(List<RestoreTarget> targets, VmaReadReport report, bool sync)
    {
        foreach (RestoreTarget target in targets)
        {
            VmaReadDevice restored = report.Devices.Single(device => device.Device == target.Device);
            if (target.Device.IsMemoryState && Posix.KindOf(target.Path) == FileKind.Regular)
            {
                target.Disk.SetLength(restored.RestoredLength);
            }

            if (sync)
            {
                target.Target.Flush();
            }
        }
    }

    private static void Render(Terminal terminal, Request request, VmaReadReport report, IReadOnlyList<VmaConfig> configs, List<RestoreTarget> targets)
    {
        if (!request.Json)
        {
            if (request.Verbose)
            {
                ReadSummary.WriteTotals(terminal, report);
            }

            return;
        }

        var document = new ExtractDocument(
            ExtractDocument.Version,
            request.File,
            request.Directory,
            report.Manifest.Uuid.ToString("D"),
            report.Sealed,
            report.DataChecked,
            [.. configs.Select(ConfigElement.From)],
            [.. report.Devices.Select(one => Restored(one, targets.Single(target => target.Device == one.Device)))],
            [.. report.Findings.Select(FindingElement.From)]);
        JsonOutput.Write(terminal, document, JsonContracts.Default.ExtractDocument);
    }

    private static RestoredElement Restored(VmaReadDevice one, RestoreTarget target) => new(
        one.Device.Id, one.Device.Name.ToString(), target.FinalPath ?? target.Path, one.RestoredLength, one.Clusters, one.StoredBytes, one.ZeroBytes);

    internal sealed record Request(
        string File, string Directory, string[] Devices, string? Map, bool Verbose, bool Configs, bool VerifyData, bool Sync, bool Json)
    {
        /// <summary>Whether standard output stays empty.</summary>
        public bool Quiet { get; init; }

        /// <summary>A file that is written beside the disks, or null for none.</summary>
        public Func<VmaManifest, (string Name, byte[] Data)>? Beside { get; init; }
    }
}
