// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Arguments;

namespace Vma.Cli.Diff;

internal static class DiffCommand
{
    public static Command Build(CommandContext context) => DiffArguments.Verb.ToCommand(parsed =>
    {
        bool quiet = parsed.GetValue(DiffArguments.Quiet), json = parsed.GetValue(SharedArguments.Json);
        string one = parsed.GetRequiredValue(DiffArguments.One), other = parsed.GetRequiredValue(DiffArguments.Other);
        return quiet && json
            ? throw CommandException.Usage("--quiet and --json do not go together")
            : DiffRun.Execute(context, new DiffRequest(one, other, SeekableOptions.Request(parsed), quiet, json));
    });
}
