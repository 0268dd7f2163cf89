// SPDX-License-Identifier: MIT

using System.CommandLine;

namespace Vma.Cli.Arguments;

internal static class VerifyArguments
{
    public static readonly OperandSpec<string[]> Files = new(
        "FILE", ValueKind.File, "The archives; '-' is standard input.")
    {
        Arity = ArgumentArity.OneOrMore,
    };

    public static readonly FlagSpec Quick = new("--quick", null, "Read only headers: find what is missing, but do not check data.");

    public static readonly VerbSpec Verb = new(
        "verify",
        "Find everything that is wrong with archives.",
        Files,
        SharedArguments.Verbose,
        Quick,
        SharedArguments.Strict,
        SharedArguments.Memory,
        SharedArguments.NoIndex,
        SharedArguments.Json);
}
