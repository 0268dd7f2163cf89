// SPDX-License-Identifier: MIT

using Vma.Cli.Archives;

namespace Vma.Cli.ArchiveFromDisks;

/// <summary>Makes an archive of disks and configs.</summary>
internal static class CreateRun
{
    private const int SectorSize = 512;

    public static int Execute(CommandContext context, CreateRequest request)
    {
        CommandException.UsageIf(request is { Json: true, DryRun: false } && StandardStreams.IsOutput(request.Archive),
            "the archive and the --json report cannot both go to standard output");

        CreateText text = request.Json ? new CreateJson(context.Terminal, request) : new CreateText(context.Terminal, request);
        using var disks = SourceDisks.Open(request, text.Tell);
        List<(string Name, byte[] Data)> configs = ConfigFiles.Read(request.Configs);
        if (disks.Config is { } made && !configs.Exists(config => config.Name == made.Name))
        {
            configs.Add(made);
        }

        CommandException.UsageIf(configs.Count == 0 && disks.All.Count == 0, "an archive needs at least one disk or config; see 'vma create --help'");

        if (request.DryRun)
        {
            text.Write(CreatePlan.Of(request, disks));
            return ExitCode.Done;
        }

        if (CreatePlan.LackOfSpace(request, disks) is { } warning)
        {
            text.Tell(warning);
        }

        using var output = ArchiveOutput.Open(request.Archive, request.Sync, context);
        text.Write(output.Write($"cannot write '{EscapedText.Of(request.Archive)}'", stream => Write(stream, request, configs, disks, text)), disks);
        return ExitCode.Done;
    }

    private static VmaWriteReport Write(Stream stream, CreateRequest request, List<(string Name, byte[] Data)> configs, SourceDisks disks, CreateText text)
    {
        using var writer = new VmaWriter(stream, request.Options, leaveOpen: true);
        configs.ForEach(config => writer.AddConfig(config.Name, config.Data));
        Dictionary<VmaDeviceWriter, IBlockSource> sources = disks.All.ToDictionary(
            disk => writer.AddDevice(disk.Name, (disk.Source.Length + SectorSize - 1) / SectorSize * SectorSize), disk => disk.Source);
        ProgressDisplay progress = text.Progress();
        writer.Copy(sources, progress);
        progress.Finish();
        return writer.Commit();
    }
}
