// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Arguments;

namespace Vma.Cli.Verify;

internal static class VerifyCommand
{
    public static Command Build(CommandContext context) => VerifyArguments.Verb.ToCommand(parsed =>
    {
        VerifyText text = parsed.GetValue(SharedArguments.Json)
            ? new VerifyJson(context.Terminal)
            : new VerifyText(context.Terminal, parsed.GetValue(SharedArguments.Verbose));
        return new VerifyRun(text, readData: !parsed.GetValue(VerifyArguments.Quick), ReadingOptions.Of(parsed)).Execute(parsed.GetRequiredValue(VerifyArguments.Files));
    });
}
