// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Archives;
using Vma.Cli.Arguments;
using Vma.Cli.Console;
using Vma.Cli.Disks;

namespace Vma.Cli.Salvage;

internal static class SalvageCommand
{
    private const string ReportName = "salvage.json";
    private const int ShownRanges = 5;

    public static Command Build(CommandContext context)
    {
        Argument<string> file = CommonOptions.Archive();
        var directory = new Argument<string>("DIR") { Description = "Where to salvage to; must not exist or be empty." };
        var keepDamaged = new Option<bool>("--keep-damaged") { Description = "Also write data that is damaged or cannot be checked, where there is nothing better." };
        var sizes = new Option<string[]>("--size") { Description = "A disk's size in bytes, K, M, G or T, where the header's is lost or wrong.", HelpName = "NAME=BYTES" };
        Option<bool> noSync = CommonOptions.NoSync();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("salvage", "Get out of a damaged archive all that can be trusted.") { file, directory, keepDamaged, sizes, noSync, json };
        command.SetAction(parsed => Salvage(context, new Request(
            parsed.GetRequiredValue(file),
            parsed.GetRequiredValue(directory),
            parsed.GetValue(keepDamaged),
            SizeArgument.Parse(parsed.GetValue(sizes) ?? []),
            !parsed.GetValue(noSync),
            parsed.GetValue(json))));
        return command;
    }

    private static int Salvage(CommandContext context, Request request)
    {
        Terminal terminal = context.Terminal;
        string name = ArchiveFile.DisplayName(request.File);
        var options = new VmaSalvageOptions
        {
            KeepDamaged = request.KeepDamaged,
            Sizes = request.Sizes,
            OnFinding = fault => terminal.Error($"{name}: {(fault.Severity == VmaSeverity.Warning ? "warning: " : string.Empty)}{fault}"),
        };
        using VmaSalvage salvage = ArchiveFile.OpenForSalvage(request.File, options);
        RestoreDirectory directory = RestoreDirectory.Create(request.Directory, salvage.Manifest.Configs, SalvageNames.Possible(salvage.Manifest.Devices), context.Unfinished);
        IReadOnlyList<VmaConfig> configs = WriteConfigs(directory, salvage.Manifest, terminal, name);

        var targets = new List<RestoreTarget>();
        var names = new SalvageNames([.. configs.Select(config => config.Name.FileName), ReportName]);
        var diskOptions = new RawDiskOptions { Cache = request.Sync ? RawDiskCache.WriteBack : RawDiskCache.Unsafe };
        try
        {
            var progress = new ProgressDisplay(terminal, "salvage", line: null);
            VmaSalvageReport report = Run(name, () => salvage.Run(Open, progress));
            progress.Finish();
            foreach (VmaSalvagedDevice device in report.Devices)
            {
                FinishDisk(device, TargetOf(device), request.Sync);
            }

            var document = new SalvageDocument(
                SalvageDocument.Version,
                request.File,
                report.Manifest.Uuid.ToString("D"),
                report.HeaderIsWhole,
                report.Sealed,
                report.ArchiveBytes,
                report.Errors,
                report.Warnings,
                [.. configs.Select(ConfigElement.From)],
                [.. report.Devices.Select(device => WriteMap(directory, device, TargetOf(device)))],
                [.. report.Findings.Select(FindingElement.From)]);
            directory.WriteFile(ReportName, JsonOutput.Serialize(document, SalvageContract.Default.SalvageDocument));
            directory.Commit(targets);
            Render(terminal, name, request, report, document);
            return report.Errors == 0 && report.Devices.All(device => device.LostBytes == 0) ? ExitCode.Done : ExitCode.Damaged;
        }
        finally
        {
            targets.ForEach(target => target.Dispose());
        }

        RestoreTarget TargetOf(VmaSalvagedDevice device) => targets.Single(target => target.Device == device.Device);

        IBlockTarget Open(VmaDevice device)
        {
            long length = salvage.HeaderFault is null && device.DeclaredSize <= SizeText.Max ? device.Size : 0;
            targets.Add(directory.CreateDisk(device, names.Next(device), length, ImageFormat.Raw, diskOptions));
            return targets[^1].Target;
        }
    }

    private static List<VmaConfig> WriteConfigs(RestoreDirectory directory, VmaManifest manifest, Terminal terminal, string name)
    {
        var written = new List<VmaConfig>();
        foreach (VmaConfig config in manifest.Configs)
        {
            if (config.Name.FileName == ReportName || SalvageNames.IsTooLong(config.Name.FileName) || written.Exists(one => one.Name == config.Name))
            {
                terminal.Error($"{name}: config '{config.Name}' is left out: its name is taken, or too long for a file");
                continue;
            }

            directory.WriteConfig(config);
            written.Add(config);
        }

        return written;
    }

    private static VmaSalvageReport Run(string name, Func<VmaSalvageReport> run)
    {
        try
        {
            return run();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Failed($"salvaging '{name}' failed: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
    }

    private static void FinishDisk(VmaSalvagedDevice device, RestoreTarget target, bool sync)
    {
        target.Complete(device.Length, sync);
    }

    private static SalvagedElement WriteMap(RestoreDirectory directory, VmaSalvagedDevice device, RestoreTarget target)
    {
        string path = Path.GetFileName(target.FinalPath!);
        string mapFile = SalvageNames.MapFileOf(path);
        directory.WriteFile(mapFile, RescueMap.Write(device));
        return SalvagedElement.From(device, path, mapFile);
    }

    private static void Render(Terminal terminal, string name, Request request, VmaSalvageReport report, SalvageDocument document)
    {
        foreach (VmaSalvagedDevice device in report.Devices)
        {
            string size = device.SizeIsKnown ? string.Empty : " (the size is a guess: give it with --size)";
            string lost = device.LostBytes == 0 ? "nothing is lost" : $"{device.LostBytes} bytes are lost: {Ranges(device.Lost)}";
            terminal.Error($"{name}: device '{device.Device.Name}': {device.Length} bytes{size}, {lost}");
        }

        foreach (VmaName unknown in request.Sizes.Keys.Where(size => !report.Devices.Any(device => device.Device.Name == size)))
        {
            terminal.Error($"{name}: --size is given for '{unknown}', but there is no such disk");
        }

        if (report.Devices.Count == 0)
        {
            terminal.Error($"{name}: no disk was found");
        }
        else if (!report.Sealed)
        {
            terminal.Error($"{name}: the archive has no seals: damage inside the data cannot be seen");
        }

        if (request.Json)
        {
            JsonOutput.Write(terminal, document, SalvageContract.Default.SalvageDocument);
        }
    }

    private static string Ranges(IReadOnlyList<VmaByteRange> lost)
    {
        string shown = string.Join(", ", lost.Take(ShownRanges).Select(range => $"{range.Offset} to {range.Offset + range.Length - 1}"));
        return lost.Count > ShownRanges ? $"{shown} and {lost.Count - ShownRanges} more ranges" : shown;
    }

    private sealed record Request(string File, string Directory, bool KeepDamaged, IReadOnlyDictionary<VmaName, long> Sizes, bool Sync, bool Json);
}
