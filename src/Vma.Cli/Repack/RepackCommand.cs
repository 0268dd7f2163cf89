// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Arguments;
using Vma.Failures;

namespace Vma.Cli.Repack;

internal static class RepackCommand
{
    public static Command Build(CommandContext context) => RepackArguments.Verb.ToCommand(parsed =>
    {
        string target = parsed.GetRequiredValue(RepackArguments.Output);
        return RepackRun.Execute(context, new RepackRequest(
            parsed.GetRequiredValue(RepackArguments.Input),
            target,
            new VmaRepackOptions
            {
                Compression = CompressionArgument.Parse(parsed.GetValue(SharedArguments.Compress), target),
                Parallelism = parsed.GetValue(SharedArguments.Threads),
                Seal = !parsed.GetValue(SharedArguments.NoSeal),
                KeepOrder = parsed.GetValue(RepackArguments.KeepOrder),
                DecoderMemory = ReadingOptions.Of(parsed).DecoderMemory,
                Spool = parsed.GetValue(RepackArguments.Sort) ? RepackRun.OpenSpool : null,
                Uuid = parsed.GetValue(RepackArguments.Uuid),
                CreationTime = TimeOf(parsed.GetValue(RepackArguments.Time)),
            },
            !parsed.GetValue(SharedArguments.NoSync),
            parsed.GetValue(SharedArguments.Json)));
    });

    private static DateTimeOffset? TimeOf(long? seconds) => Attempt.Or(
        () => seconds is { } value ? DateTimeOffset.FromUnixTimeSeconds(value) : (DateTimeOffset?)null,
        (ArgumentOutOfRangeException _) => throw CommandException.Usage($"--time {seconds} is no time"));
}
