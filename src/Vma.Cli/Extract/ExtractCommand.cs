// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Archives;
using Vma.Cli.Arguments;
using Vma.Cli.Console;
using Vma.Cli.Disks;

namespace Vma.Cli.Extract;

internal static class ExtractCommand
{
    public static Command Build(CommandContext context)
    {
        Argument<string> file = CommonOptions.Archive();
        var directory = new Argument<string>("DIR") { Description = "Where to extract to; must not exist or be empty, but for what a killed extract of this archive left." };
        Option<bool> verbose = CommonOptions.Verbose();
        var devices = new Option<string[]>("--drives", "-d") { Description = "Restore only these devices: NAME or dev_id:N, separated by commas, each with :FORMAT behind it if you like.", HelpName = "NAME[:FORMAT],…" };
        var map = new Option<string>("--map", "-r") { Description = "Read where each device goes from this file or FIFO: lines like 0:drive-scsi0=/dev/vg/disk (docs/scripting.md).", HelpName = "MAP" };
        Option<string> format = CommonOptions.Format();
        Option<string[]> options = CommonOptions.CreationOptions();
        var noConfigs = new Option<bool>("--no-configs") { Description = "Leave the configs out." };
        var noVerify = new Option<bool>("--no-verify-data") { Description = "Write data even when it does not match its checksum." };
        Option<bool> ignoreSpace = CommonOptions.IgnoreSpace();
        Option<bool> dryRun = CommonOptions.DryRun();
        Option<bool> noSync = CommonOptions.NoSync();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("extract", "Restore the disks and configs of an archive.")
        {
            file, directory, verbose, devices, map, format, options, noConfigs, noVerify, ignoreSpace, dryRun, noSync, json,
        };
        command.SetAction(parsed => Extract(context, new RestoreRequest(parsed.GetRequiredValue(file), parsed.GetRequiredValue(directory))
        {
            Devices = parsed.GetValue(devices) ?? [],
            Map = parsed.GetValue(map),
            Format = ImageFormat.Parse(parsed.GetValue(format) ?? DiskFormats.Raw, parsed.GetValue(options) ?? []),
            Verbose = parsed.GetValue(verbose),
            Configs = !parsed.GetValue(noConfigs),
            VerifyData = !parsed.GetValue(noVerify),
            Sync = !parsed.GetValue(noSync),
            Json = parsed.GetValue(json),
            DryRun = parsed.GetValue(dryRun),
            IgnoreSpace = parsed.GetValue(ignoreSpace),
        }));
        return command;
    }

    /// <summary>Restores an archive to a directory, or where a map says.</summary>
    public static int Extract(CommandContext context, RestoreRequest request)
    {
        if (request.File == ArchiveFile.StandardInput && request.Map is ArchiveFile.StandardInput or "/dev/stdin")
        {
            throw CommandException.Usage("the archive and the restore map cannot both come from standard input");
        }

        Terminal terminal = context.Terminal;
        using VmaReader reader = ArchiveFile.Open(request.File);
        var plan = new RestorePlan(request, reader.Manifest);
        ReportHeader(terminal, request.File, reader.Manifest, plan.Selected);
        plan.Check();
        if (request.DryRun)
        {
            plan.Print(terminal);
            return ExitCode.Done;
        }

        (string Name, byte[] Data)? beside = request.Beside?.Invoke(reader.Manifest);
        if (plan.Configs.FirstOrDefault(config => config.Name.FileName == beside?.Name) is { } clash)
        {
            throw CommandException.Failed($"{ArchiveFile.DisplayName(request.File)}: a config is called '{clash.Name}', as the file that starts the guest");
        }

        RestoreDirectory directory = RestoreDirectory.Create(request.Directory, plan.Configs, plan.IntoDirectory.SelectMany(RestoreDirectory.FileNamesOf), context.Unfinished);
        foreach (VmaConfig config in plan.Configs)
        {
            directory.WriteConfig(config);
        }

        var targets = new List<RestoreTarget>();
        try
        {
            using MapReader? map = OpenTargets(terminal, request, plan, reader.Manifest, directory, targets);
            VmaReadReport report = Restore(terminal, request, reader, targets);
            if (beside is { } file)
            {
                directory.WriteFile(file.Name, file.Data);
            }

            directory.Commit(targets);
            Render(terminal, request, report, plan.Configs, targets);
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
        Terminal terminal, RestoreRequest request, RestorePlan plan, VmaManifest manifest, RestoreDirectory directory, List<RestoreTarget> targets)
    {
        var options = new RawDiskOptions { Cache = request.Sync ? RawDiskCache.WriteBack : RawDiskCache.Unsafe };
        if (request.Map is null)
        {
            foreach (VmaDevice device in plan.Selected)
            {
                RestoreTarget target = directory.CreateDisk(device, plan.FormatOf(device), options);
                targets.Add(target);
                if (!request.Json && !request.Quiet)
                {
                    terminal.WriteLine($"DEVINFO {EscapedText.Of(target.Path)} {device.Size}");
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
        var map = new RestoreMap(reader.ReadLines(), manifest, plan.Selected);
        map.OpenTargets(plan.Selected, targets);
        targets.AddRange(map.Unmapped.Select(device => directory.CreateDisk(device, ImageFormat.Raw, options)));
        return reader;
    }

    private static VmaReadReport Restore(Terminal terminal, RestoreRequest request, VmaReader reader, List<RestoreTarget> targets)
    {
        string name = ArchiveFile.DisplayName(request.File);
        ProgressDisplay progress = ReadSummary.Progress(terminal, "extract", request.Verbose && !request.Json);
        var options = new VmaExtractOptions { VerifyData = request.VerifyData, Flush = false };
        VmaReadReport report;
        try
        {
            report = ArchiveFile.Located(request.File, () => reader.Extract(targets.ToDictionary(target => target.Device, IBlockTarget (target) => target.Target), options, progress));
            FinishDisks(targets, report, request.Sync);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            RestoreTarget? target = targets.Find(target => ReferenceEquals(target.Target.Failure, failure));
            string what = target is null ? $"restoring '{name}' failed" : $"cannot write '{EscapedText.Of(target.Path)}' for device '{target.Device.Name}'";
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
            target.Complete(target.Device.IsMemoryState ? restored.RestoredLength : null, sync);
        }
    }

    private static void Render(Terminal terminal, RestoreRequest request, VmaReadReport report, IReadOnlyList<VmaConfig> configs, List<RestoreTarget> targets)
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
        JsonOutput.Write(terminal, document, ExtractContract.Default.ExtractDocument);
    }

    private static RestoredElement Restored(VmaReadDevice one, RestoreTarget target) => new(
        one.Device.Id, one.Device.Name.ToString(), target.FinalPath ?? target.Path, target.Format, one.RestoredLength, one.Clusters, one.StoredBytes, one.ZeroBytes);
}
