// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Arguments;

namespace Vma.Cli.Config;

internal static class ConfigCommand
{
    public static Command Build(CommandContext context) => ConfigArguments.Verb.ToCommand(parsed =>
    {
        string path = parsed.GetRequiredValue(SharedArguments.Archive), name = parsed.GetRequiredValue(ConfigArguments.Name);
        context.Terminal.WriteFile(ConfigRun.Read(path, name, ReadingOptions.Of(parsed)).Data.Span);
        context.Terminal.Flush();
        return ExitCode.Done;
    });
}
