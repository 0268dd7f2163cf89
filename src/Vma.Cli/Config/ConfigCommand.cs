// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Arguments;

namespace Vma.Cli.Config;

internal static class ConfigCommand
{
    public static Command Build(CommandContext context) => ConfigArguments.Verb.ToCommand(parsed =>
    {
        context.Terminal.WriteFile(ConfigRun.Read(parsed.GetRequiredValue(SharedArguments.Archive), parsed.GetRequiredValue(ConfigArguments.Name)).Data.Span);
        context.Terminal.Flush();
        return ExitCode.Done;
    });
}
