// SPDX-License-Identifier: MIT

using Vma.Cli.Archives;
using Vma.Failures;
using Vma.Posix;

namespace Vma.Cli.Repack;

internal sealed record RepackRequest(string Input, string Output, VmaRepackOptions Options, bool Sync, bool Json);

/// <summary>Turns an archive into one of another form.</summary>
internal static class RepackRun
{
    public static int Execute(CommandContext context, RepackRequest request)
    {
        CommandException.UsageIf(request.Json && StandardStreams.IsOutput(request.Output),
            "the archive and the --json report cannot both go to standard output");

        string name = ArchiveFile.DisplayName(request.Input);
        using Stream archive = ArchiveFile.OpenStream(request.Input);
        using var output = ArchiveOutput.Open(request.Output, request.Sync, context);
        RepackText text = request.Json ? new RepackJson(context.Terminal) : new RepackText(context.Terminal);
        ProgressDisplay progress = text.Progress();
        VmaWriteReport report = output.Write(
            $"cannot repack '{name}' to '{EscapedText.Of(request.Output)}'", stream => Repack(name, request, archive, stream, progress));
        progress.Finish();
        text.Write(request, report);
        return ExitCode.Done;
    }

    /// <summary>A file that is gone when the process is, however it ends.</summary>
    public static FileStream OpenSpool()
    {
        string path = TemporaryPath.New("vma-repack-");
        FileStream spool = PrivateFile.Create(path, FileAccess.ReadWrite);
        File.Delete(path);
        return spool;
    }

    private static VmaWriteReport Repack(string name, RepackRequest request, Stream archive, Stream output, ProgressDisplay progress) => Attempt.Or(
        () => ArchiveFile.Located(request.Input, () => VmaRepack.Run(archive, output, request.Options, progress)),
        (ArgumentException tooMuch) => throw CommandException.Failed($"{name}: {tooMuch.Message}", tooMuch));
}
