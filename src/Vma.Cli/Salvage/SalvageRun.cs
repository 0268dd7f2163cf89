// SPDX-License-Identifier: MIT

using Vma.Cli.Archives;
using Vma.Cli.Disks;
using Vma.Posix;

namespace Vma.Cli.Salvage;

/// <summary>What <c>salvage</c> is asked for.</summary>
internal sealed record SalvageRequest(
    string File,
    string Directory,
    VmaReaderOptions Reading,
    bool KeepDamaged,
    bool Strict,
    IReadOnlyDictionary<VmaName, long> Sizes,
    bool Sync,
    bool Json,
    bool Verbose,
    bool IgnoreSpace);

/// <summary>What was saved.</summary>
/// <param name="Read">What was read.</param>
/// <param name="Configs">The configs that were written.</param>
/// <param name="FileOf">The name of a device's file.</param>
internal sealed record SalvageReport(VmaSalvageReport Read, IReadOnlyList<VmaConfig> Configs, Func<VmaSalvagedDevice, string> FileOf)
{
    public DateTimeOffset Started { get; init; }

    public DateTimeOffset Ended { get; init; }
}

/// <summary>Restores everything in a damaged archive that can be trusted.</summary>
internal static class SalvageRun
{
    private const string ReportName = "salvage.json";

    public static int Execute(CommandContext context, SalvageRequest request)
    {
        SalvageText text = request.Json ? new SalvageJson(context.Terminal, request) : new SalvageText(context.Terminal, request);
        FindingLines findings = text.Findings();
        DateTimeOffset started = DateTimeOffset.UtcNow;
        using VmaSalvageReader archive = ArchiveFile.OpenForSalvage(request.File, request.Reading, findings.Add);
        VmaManifest manifest = archive.Manifest;
        var options = new VmaSalvageOptions { KeepDamaged = request.KeepDamaged, Strict = request.Strict, Sizes = SalvageSizes.Resolve(request, archive) };
        FreeSpace.At(request.Directory).ThrowIfTooSmall(request.Directory, LeastStored(request.File, archive), request.IgnoreSpace);
        var directory = RestoreDirectory.Create(request.Directory, manifest.Configs, SalvageNames.Possible(manifest.Devices), context.Unfinished);
        List<VmaConfig> configs = WriteConfigs(directory, manifest, text);

        var targets = new List<RestoreTarget>();
        var names = new SalvageNames([.. configs.Select(config => config.Name.FileName), ReportName]);
        var diskOptions = new RawDiskOptions { Cache = request.Sync ? RawDiskCache.WriteBack : RawDiskCache.Unsafe };
        try
        {
            ProgressDisplay progress = text.Progress();
            VmaSalvageReport read = Doing.OrFail(
                $"salvaging '{ArchiveFile.DisplayName(request.File)}' failed", () => VmaSalvage.Run(archive, Open, options, progress));
            progress.Finish();
            findings.Complete();
            foreach (VmaSalvagedDevice device in read.Devices)
            {
                TargetOf(device).Complete(device.Length, request.Sync);
                directory.WriteFile(SalvageNames.MapFileOf(FileOf(device)), RescueMap.Write(device));
            }

            var report = new SalvageReport(read, configs, FileOf) { Started = started, Ended = DateTimeOffset.UtcNow };
            directory.WriteFile(ReportName, SalvageDocument.From(request, report).Serialize());
            directory.Commit(targets);
            text.Write(report);
            return read.Errors == 0 && read.Devices.All(device => device.LostBytes == 0) ? ExitCode.Done : ExitCode.Damaged;
        }
        finally
        {
            targets.ForEach(target => target.Dispose());
        }

        RestoreTarget TargetOf(VmaSalvagedDevice device) => targets.Single(target => target.Device == device.Device);

        string FileOf(VmaSalvagedDevice device) => Path.GetFileName(TargetOf(device).FinalPath!);

        IBlockTarget Open(VmaDevice device)
        {
            long length = archive.HeaderFault is null && device.DeclaredSize <= SizeText.Max ? device.Size : 0;
            targets.Add(directory.CreateDisk(device, names.Next(device), length, ImageFormat.Raw, diskOptions));
            return targets[^1].Target;
        }
    }

    /// <summary>
    /// What the disks will take at least, when most of the archive is saved: as much as it has itself, but never more than all disks. Nothing is known of
    /// a pipe.
    /// </summary>
    private static long LeastStored(string file, VmaSalvageReader archive)
    {
        if (file == StandardStreams.Input || FileStatus.KindOf(file) != FileKind.Regular)
        {
            return 0;
        }

        long length = new FileInfo(file).Length, headroom = length / 50 + (1 << 20);
        long disks = archive.HeaderFault is null ? archive.Manifest.Devices.Sum(device => device.Size) : long.MaxValue;
        return Math.Max(0, Math.Min(length - headroom, disks));
    }

    private static List<VmaConfig> WriteConfigs(RestoreDirectory directory, VmaManifest manifest, SalvageText text)
    {
        var written = new List<VmaConfig>();
        foreach (VmaConfig config in manifest.Configs)
        {
            if (config.Name.FileName == ReportName || SalvageNames.IsTooLong(config.Name.FileName) || written.Exists(one => one.Name == config.Name))
            {
                text.WriteLeftOut(config);
                continue;
            }

            directory.WriteConfig(config);
            written.Add(config);
        }

        return written;
    }
}
