// SPDX-License-Identifier: MIT

namespace Vma.Cli.Arguments;

internal static class RepackArguments
{
    public static readonly OperandSpec<string> Input = new("IN", ValueKind.File, "The archive; '-' is standard input.");

    public static readonly OperandSpec<string> Output = new(
        "OUT", ValueKind.File, "The new archive, as create takes it: a new file, a FIFO or pipe, '-' or exec:COMMAND.");

    public static readonly FlagSpec KeepOrder = new("--keep-order", null, "Leave the clusters in the order they come in.");

    public static readonly FlagSpec Sort = new(
        "--sort",
        null,
        "Put the clusters of a compressed or piped archive in disk order too; takes a temporary file of its plain size in $TMPDIR or /var/tmp.");

    public static readonly OptionSpec<Guid?> Uuid = new("--uuid", null, "UUID", ValueKind.Text, "The new archive's identity; the old one's when left out.");

    public static readonly OptionSpec<long?> Time = new(
        "--time", null, "SECONDS", ValueKind.Text, "The new archive's time, in seconds since 1970; the old one's when left out.");

    public static readonly VerbSpec Verb = new(
        "repack", "Turn an archive into one of another form.",
        Input, Output, SharedArguments.Compress, SharedArguments.Threads, SharedArguments.NoSeal, KeepOrder, Sort, Uuid, Time,
        SharedArguments.Memory, SharedArguments.NoSync, SharedArguments.Json)
    {
        Alternatives = [[KeepOrder, Sort]],
    };
}
