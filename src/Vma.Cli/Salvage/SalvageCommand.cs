// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Arguments;

namespace Vma.Cli.Salvage;

internal static class SalvageCommand
{
    public static Command Build(CommandContext context) => SalvageArguments.Verb.ToCommand(parsed => SalvageRun.Execute(context, new SalvageRequest(
        parsed.GetRequiredValue(SharedArguments.Archive),
        parsed.GetRequiredValue(SalvageArguments.Directory),
        ReadingOptions.Of(parsed),
        parsed.GetValue(SalvageArguments.KeepDamaged),
        parsed.GetValue(SharedArguments.Strict),
        SizeArgument.Parse(parsed.GetValue(SalvageArguments.Sizes) ?? []),
        !parsed.GetValue(SharedArguments.NoSync),
        parsed.GetValue(SharedArguments.Json),
        parsed.GetValue(SalvageArguments.Verbose),
        parsed.GetValue(SharedArguments.IgnoreSpace))));
}
