// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Arguments;
using Vma.Cli.Console;

namespace Vma.Cli.Diff;

internal static class DiffCommand
{
    public static Command Build(CommandContext context)
    {
        var one = new Argument<string>("A") { Description = "An archive." };
        var other = new Argument<string>("B") { Description = "Another archive." };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Print nothing; only the exit code tells." };
        var seekable = new SeekableOptions();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("diff", "Compare two archives by content: configs, and the ranges of each disk that differ.") { one, other, quiet, json };
        seekable.AddTo(command);
        command.SetAction(parsed => parsed.GetValue(quiet) && parsed.GetValue(json)
            ? throw CommandException.Usage("--quiet and --json do not go together")
            : DiffRun.Execute(context, new DiffRequest(
                parsed.GetRequiredValue(one), parsed.GetRequiredValue(other), seekable.Request(parsed), parsed.GetValue(quiet), parsed.GetValue(json))));
        return command;
    }
}
