// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Arguments;
using Vma.Cli.Console;

namespace Vma.Cli.Salvage;

internal static class SalvageCommand
{
    public static Command Build(CommandContext context)
    {
        Argument<string> file = CommonOptions.Archive();
        var directory = new Argument<string>("DIR") { Description = "Where to salvage to; must not exist or be empty." };
        var keepDamaged = new Option<bool>("--keep-damaged") { Description = "Also write data that is damaged or cannot be checked, where there is nothing better." };
        var sizes = new Option<string[]>("--size") { Description = "A disk's size in bytes, K, M, G or T, where the header's is lost or wrong.", HelpName = "NAME=BYTES" };
        Option<bool> noSync = CommonOptions.NoSync();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("salvage", "Get out of a damaged archive all that can be trusted.") { file, directory, keepDamaged, sizes, noSync, json };
        command.SetAction(parsed => SalvageRun.Execute(context, new SalvageRequest(
            parsed.GetRequiredValue(file),
            parsed.GetRequiredValue(directory),
            parsed.GetValue(keepDamaged),
            SizeArgument.Parse(parsed.GetValue(sizes) ?? []),
            !parsed.GetValue(noSync),
            parsed.GetValue(json))));
        return command;
    }
}
