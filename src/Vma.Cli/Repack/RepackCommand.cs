// SPDX-License-Identifier: MIT

using System.CommandLine;
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
            return RepackRun.Execute(context, new RepackRequest(
                parsed.GetRequiredValue(input),
                target,
                new VmaRepackOptions
                {
                    Compression = CompressionArgument.Parse(parsed.GetValue(compress), target),
                    Parallelism = parsed.GetValue(threads),
                    Seal = !parsed.GetValue(noSeal),
                    KeepOrder = parsed.GetValue(keepOrder),
                    Spool = parsed.GetValue(sort) ? RepackRun.OpenSpool : null,
                    Uuid = parsed.GetValue(uuid),
                    CreationTime = TimeOf(parsed.GetValue(time)),
                },
                !parsed.GetValue(noSync),
                parsed.GetValue(json)));
        });
        return command;
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
}
