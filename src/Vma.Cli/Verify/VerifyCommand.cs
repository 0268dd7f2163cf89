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
        bool readData = !parsed.GetValue(VerifyArguments.Quick), isStrict = parsed.GetValue(SharedArguments.Strict);
        VmaReaderOptions reading = readData ? ReadingOptions.Indexed(parsed) : ReadingOptions.Of(parsed);
        return new VerifyRun(text, readData, isStrict, reading).Execute(parsed.GetRequiredValue(VerifyArguments.Files));
    });
}
