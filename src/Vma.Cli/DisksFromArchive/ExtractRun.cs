// SPDX-License-Identifier: MIT

using Vma.Cli.Archives;
using Vma.Cli.Disks;

namespace Vma.Cli.DisksFromArchive;

/// <summary>Restores an archive to a directory, or where a map says.</summary>
internal sealed class ExtractRun
{
    private readonly ExtractRequest _request;
    private readonly ExtractText _text;
    private readonly VmaReader _reader;
    private readonly ExtractPlan _plan;

    private ExtractRun(ExtractRequest request, ExtractText text, VmaReader reader)
    {
        (_request, _text, _reader) = (request, text, reader);
        _plan = new ExtractPlan(request, reader.Manifest);
    }

    private VmaManifest Manifest => _reader.Manifest;

    public static int Execute(CommandContext context, ExtractRequest request)
    {
        if (request.File == StandardStreams.Input && request.Map is { } map && StandardStreams.IsInput(map))
        {
            throw CommandException.Usage("the archive and the restore map cannot both come from standard input");
        }

        ExtractText text = request.Json ? new ExtractJson(context.Terminal, request) : new ExtractText(context.Terminal, request);
        using VmaReader reader = ArchiveFile.Open(request.File, request.Reading);
        new ExtractRun(request, text, reader).Execute(context.Unfinished);
        return ExitCode.Done;
    }

    private void Execute(Unfinished unfinished)
    {
        HeedFindings();
        _plan.Check();
        if (_request.DryRun)
        {
            _text.Write(_plan);
            return;
        }

        (string Name, byte[] Data)? fileBeside = _request.FileBeside?.Invoke(Manifest);
        if (_plan.Configs.FirstOrDefault(config => config.Name.FileName == fileBeside?.Name) is { } clash)
        {
            throw CommandException.Failed(
                $"{ArchiveFile.DisplayName(_request.File)}: a config is called '{clash.Name}', as the file that starts the guest");
        }

        IEnumerable<string> disks = _plan.IntoDirectory.SelectMany(RestoredNames.FilesOf);
        RestoreDirectory directory = RestoreDirectory.Create(_request.Directory, _plan.Configs, disks, unfinished);
        foreach (VmaConfig config in _plan.Configs)
        {
            directory.WriteConfig(config);
        }

        var targets = new List<RestoreTarget>();
        try
        {
            using MapReader? map = OpenTargets(directory, targets);
            VmaReadReport report = Restore(targets);
            if (fileBeside is { } file)
            {
                directory.WriteFile(file.Name, file.Data);
            }

            directory.Commit(targets);
            foreach (VmaFault finding in report.Findings.Where(finding => finding.Code == VmaFaultCode.ZeroBlocks))
            {
                _text.Warn(finding);
            }

            _text.Write(report, _plan.Configs, targets);
        }
        finally
        {
            targets.ForEach(target => target.Dispose());
        }
    }

    private void HeedFindings()
    {
        foreach (VmaFault finding in Manifest.Findings)
        {
            if (finding.Code == VmaFaultCode.DeviceTooLarge && _plan.Selected.Any(device => device.Id == finding.DeviceId))
            {
                throw ArchiveFile.Damaged(_request.File, new VmaException(finding));
            }

            if (finding.Code == VmaFaultCode.UnsafeName)
            {
                _text.Warn(finding);
            }
        }
    }

    /// <summary>Opens a target for each device; gives the map, which stays open as long as the restore runs.</summary>
    private MapReader? OpenTargets(RestoreDirectory directory, List<RestoreTarget> targets)
    {
        var options = new RawDiskOptions { Cache = _request.Sync ? RawDiskCache.WriteBack : RawDiskCache.Unsafe };
        if (_request.Map is null)
        {
            foreach (VmaDevice device in _plan.Selected)
            {
                targets.Add(directory.CreateDisk(device, _plan.FormatOf(device), options));
                _text.WriteDisk(targets[^1]);
            }

            _text.Flush();
            return null;
        }

        _text.AskForMap(Manifest);
        MapReader reader = MapReader.Open(_request.Map);
        var map = new RestoreMap(reader.ReadLines(), Manifest, _plan.Selected);
        map.OpenTargets(_plan.Selected, targets);
        targets.ForEach(_text.TellOtherFiles);
        targets.AddRange(map.Unmapped.Select(device => directory.CreateDisk(device, ImageFormat.Raw, options)));
        return reader;
    }

    private VmaReadReport Restore(List<RestoreTarget> targets)
    {
        ProgressDisplay progress = _text.Progress();
        var options = new VmaExtractOptions { VerifyData = _request.VerifyData, Strict = _request.Strict, Flush = false };
        var disks = targets.ToDictionary(target => target.Device, IBlockTarget (target) => target.Target);
        VmaReadReport report = Doing.OrFail($"restoring '{ArchiveFile.DisplayName(_request.File)}' failed", () =>
        {
            VmaReadReport report = ArchiveFile.Located(_request.File, () => VmaExtract.Run(_reader, disks, options, progress));
            foreach (RestoreTarget target in targets)
            {
                VmaReadDevice restored = report.Devices.Single(device => device.Device == target.Device);
                target.Complete(target.Device.IsMemoryState ? restored.RestoredLength : null, _request.Sync);
            }

            return report;
        });
        progress.Finish();
        return report;
    }
}
