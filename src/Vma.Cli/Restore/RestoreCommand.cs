// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Arguments;

namespace Vma.Cli.Restore;

internal static class RestoreCommand
{
    public static Command Build(CommandContext context) => RestoreArguments.Verb.ToCommand(parsed =>
    {
        string? script = parsed.GetValue(RestoreArguments.Qemu), domain = parsed.GetValue(RestoreArguments.Libvirt);
        CommandException.UsageIf((script is null) == (domain is null), "restore takes one of --qemu DIR and --libvirt DIR; see 'vma restore --help'");

        List<string> notes = RestoreRun.Execute(context, new RestoreRequest(
            parsed.GetRequiredValue(SharedArguments.Archive),
            script ?? domain!,
            domain is not null,
            ReadingOptions.Indexed(parsed),
            parsed.GetValue(SharedArguments.Verbose),
            !parsed.GetValue(SharedArguments.NoSync)));
        notes.ForEach(note => context.Terminal.Error($"note: {EscapedText.Of(note)}"));
        return ExitCode.Done;
    });
}
