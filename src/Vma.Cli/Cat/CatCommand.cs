// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Arguments;
using Vma.Cli.Console;

namespace Vma.Cli.Cat;

internal static class CatCommand
{
    public static Command Build(CommandContext context)
    {
        var file = new Argument<string>("FILE") { Description = "The archive." };
        var disk = new Argument<string>("DISK") { Description = "The device's name, scsi0 for drive-scsi0, or dev_id:N." };
        var offset = new Option<string>("--offset") { Description = "Where to begin on the disk, in bytes, with K, M, G or T for powers of 1024; 0 when left out.", HelpName = "BYTES" };
        var length = new Option<string>("--length") { Description = "How many bytes to write; all up to the disk's end when left out.", HelpName = "BYTES" };
        var seekable = new SeekableOptions();
        var command = new Command("cat", "Write a disk, or a part of it, to standard output.") { file, disk, offset, length };
        seekable.AddTo(command);
        command.SetAction(parsed =>
        {
            if (context.Terminal.OutputIsTerminal)
            {
                throw CommandException.Usage("a disk does not go to a terminal; send standard output to a file or a command");
            }

            return CatRun.Execute(context, new CatRequest(
                parsed.GetRequiredValue(file),
                seekable.Request(parsed),
                parsed.GetRequiredValue(disk),
                parsed.GetValue(offset) is { } start ? Parse("--offset", start) : 0,
                parsed.GetValue(length) is { } count ? Parse("--length", count) : null));
        });
        return command;
    }

    private static long Parse(string option, string text) =>
        text == "0" ? 0 : SizeText.Parse(text) ?? throw CommandException.Usage($"{option} '{EscapedText.Of(text)}' is no number of bytes");
}
