// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Arguments;
using Vma.Cli.Console;

namespace Vma.Cli.Verify;

internal static class VerifyCommand
{
    public static Command Build(CommandContext context)
    {
        var files = new Argument<string[]>("FILE") { Description = "The archives; '-' is standard input.", Arity = ArgumentArity.OneOrMore };
        Option<bool> verbose = CommonOptions.Verbose();
        var quick = new Option<bool>("--quick") { Description = "Read only headers: find what is missing, but do not check data." };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("verify", "Find everything that is wrong with archives.") { files, verbose, quick, json };
        command.SetAction(parsed =>
        {
            VerifyText text = parsed.GetValue(json) ? new VerifyJson(context.Terminal) : new VerifyText(context.Terminal, parsed.GetValue(verbose));
            return new VerifyRun(text, readData: !parsed.GetValue(quick)).Execute(parsed.GetRequiredValue(files));
        });
        return command;
    }
}
