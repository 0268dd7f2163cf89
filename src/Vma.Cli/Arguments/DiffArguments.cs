// SPDX-License-Identifier: MIT

namespace Vma.Cli.Arguments;

internal static class DiffArguments
{
    public static readonly OperandSpec<string> One = new("A", ValueKind.File, "An archive.");

    public static readonly OperandSpec<string> Other = new("B", ValueKind.File, "Another archive.");

    public static readonly FlagSpec Quiet = new("--quiet", "-q", "Print nothing; only the exit code tells.");

    public static readonly VerbSpec Verb = new(
        "diff", "Compare two archives by content: configs, and the ranges of each disk that differ.",
        One, Other, Quiet, SharedArguments.Json, SharedArguments.NoIndex, SharedArguments.Copy, SharedArguments.NoVerifyData,
        SharedArguments.Memory)
    {
        Alternatives = [[Quiet, SharedArguments.Json]],
    };
}
