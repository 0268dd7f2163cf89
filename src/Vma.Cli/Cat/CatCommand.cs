// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Arguments;

namespace Vma.Cli.Cat;

internal static class CatCommand
{
    public static Command Build(CommandContext context) => CatArguments.Verb.ToCommand(parsed =>
    {
        CommandException.UsageIf(context.Terminal.OutputIsTerminal, "a disk does not go to a terminal; send standard output to a file or a command");

        return CatRun.Execute(context, new CatRequest(
            parsed.GetRequiredValue(SharedArguments.SeekableArchive),
            SeekableOptions.Request(parsed),
            parsed.GetRequiredValue(CatArguments.Disk),
            parsed.GetValue(CatArguments.Offset) is { } start ? Parse("--offset", start) : 0,
            parsed.GetValue(CatArguments.Length) is { } count ? Parse("--length", count) : null));
    });

    private static long Parse(string option, string text) =>
        text == "0" ? 0 : SizeText.Parse(text) ?? throw CommandException.Usage($"{option} '{EscapedText.Of(text)}' is no number of bytes");
}
