// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Archives;
using Vma.Cli.Arguments;
using Vma.Cli.Console;

namespace Vma.Cli.Repack;

internal static class RepackCommand
{
    public static Command Build(CommandContext context)
    {
        var input = new Argument<string>("IN") { Description = "The archive; '-' is standard input." };
        var output = new Argument<string>("OUT") { Description = "The new archive, as create takes it: a new file, a FIFO or pipe, '-' or exec:COMMAND." };
        Option<string> compress = CommonOptions.Compress();
        Option<int> threads = CommonOptions.Threads();
        var noSeal = new Option<bool>("--no-seal") { Description = "Leave the data checksums out." };
        var keepOrder = new Option<bool>("--keep-order") { Description = "Leave the clusters in the order they come in." };
        var sort = new Option<bool>("--sort") { Description = "Put the clusters of a compressed or piped archive in disk order too; takes a temporary file of its plain size in $TMPDIR or /var/tmp." };
        var uuid = new Option<Guid?>("--uuid") { Description = "The new archive's identity; the old one's when left out.", HelpName = "UUID" };
        var time = new Option<long?>("--time") { Description = "The new archive's time, in seconds since 1970; the old one's when left out.", HelpName = "SECONDS" };
        Option<bool> noSync = CommonOptions.NoSync();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("repack", "Turn an archive into one of another form.") { input, output, compress, threads, noSeal, keepOrder, sort, uuid, time, noSync, json };
        command.SetAction(parsed =>
        {
            string target = parsed.GetRequiredValue(output);
            var options = new VmaRepackOptions
            {
                Compression = CompressionArgument.Parse(parsed.GetValue(compress), target),
                Parallelism = parsed.GetValue(threads),
                Seal = !parsed.GetValue(noSeal),
                KeepOrder = parsed.GetValue(keepOrder),
                Spool = parsed.GetValue(sort) ? OpenSpool : null,
                Uuid = parsed.GetValue(uuid),
                CreationTime = TimeOf(parsed.GetValue(time)),
            };
            return Repack(context, parsed.GetRequiredValue(input), target, options, !parsed.GetValue(noSync), parsed.GetValue(json));
        });
        return command;
    }

    private static int Repack(CommandContext context, string input, string target, VmaRepackOptions options, bool sync, bool json)
    {
        if (json && target is "-" or "/dev/stdout")
        {
            throw CommandException.Usage("the archive and the --json report cannot both go to standard output");
        }

        using Stream archive = ArchiveFile.OpenStream(input);
        using ArchiveOutput output = ArchiveOutput.OpenNamed(target, sync, context);
        var progress = new ProgressDisplay(context.Terminal, "repack", line: null);
        VmaWriteReport report = Run(input, target, output, () => VmaRepack.Run(archive, output.Stream, options, progress));
        progress.Finish();
        if (json)
        {
            JsonOutput.Write(context.Terminal, CreateDocument.From(CreateDocument.RepackVersion, target, options.Seal, report), CreateContract.Default.CreateDocument);
        }
        else
        {
            context.Terminal.Error($"{ArchiveFile.DisplayName(input)}: became an archive of {report.ArchiveBytes} bytes, {report.WrittenBytes} as written");
        }

        return ExitCode.Done;
    }

    private static VmaWriteReport Run(string input, string target, ArchiveOutput output, Func<VmaWriteReport> repack)
    {
        try
        {
            VmaWriteReport report = ArchiveFile.Located(input, repack);
            output.Commit();
            return report;
        }
        catch (ArgumentException tooMuch) when (!Reason.IsFileTooLarge(tooMuch))
        {
            throw CommandException.Failed($"{ArchiveFile.DisplayName(input)}: {tooMuch.Message}", tooMuch);
        }
        catch (Exception failure) when (Reason.IsFileTooLarge(failure) || failure is IOException or UnauthorizedAccessException)
        {
            string reason = output.Explain(failure) ?? Reason.Of(failure);
            throw CommandException.Failed($"cannot repack '{ArchiveFile.DisplayName(input)}' to '{EscapedText.Of(target)}': {reason}", failure);
        }
    }

    private static DateTimeOffset? TimeOf(long? seconds)
    {
        try
        {
            return seconds is { } value ? DateTimeOffset.FromUnixTimeSeconds(value) : null;
        }
        catch (ArgumentOutOfRangeException)
        {
            throw CommandException.Usage($"--time {seconds} is no time");
        }
    }

    /// <summary>A file that is gone when the process is, however it ends.</summary>
    private static FileStream OpenSpool()
    {
        string path = TemporaryPlace.NewPath("vma-repack-");
        var spool = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        File.Delete(path);
        return spool;
    }
}
