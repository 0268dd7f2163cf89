// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.ArchiveFromDisks;
using Vma.Cli.Arguments;

namespace Vma.Cli.Create;

internal static class CreateCommand
{
    public static Command Build(CommandContext context) => CreateArguments.Verb.ToCommand(parsed =>
    {
        CreateRequest request = CreateOptions.Request(parsed, parsed.GetRequiredValue(CreateArguments.Archive)) with
        {
            OldForm = parsed.GetValue(CreateArguments.Disks) ?? [],
            Drives = parsed.GetValue(CreateArguments.Drives) ?? [],
            Configs = parsed.GetValue(CreateArguments.Configs) ?? [],
        };
        return CreateRun.Execute(context, request);
    });
}
