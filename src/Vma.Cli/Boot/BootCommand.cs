// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Vma.Cli.Arguments;
using Vma.Cli.Console;

namespace Vma.Cli.Boot;

internal static class BootCommand
{
    private const int MostCpus = 512;
    private const long LeastMemory = 16, MostMemory = 1 << 24; // MiB

    public static Command Build(CommandContext context)
    {
        var file = new Argument<string>("FILE") { Description = "The archive." };
        var extra = new Argument<string[]>("QEMU-ARGUMENT") { Description = "Behind '--': arguments that QEMU gets too, behind the others.", Arity = ArgumentArity.ZeroOrMore };
        var memory = new Option<string>("--memory", "-m") { Description = "The guest's memory, in MiB, or with M, G or T behind it.", HelpName = "SIZE" };
        var cpus = new Option<string>("--cpus") { Description = "How many processors the guest has.", HelpName = "N" };
        var noNetwork = new Option<bool>("--no-network") { Description = "The guest's network cards lead nowhere." };
        var display = new Option<string>("--display") { Description = "Where the guest's screen is shown, as QEMU's option of this name has it.", HelpName = "TYPE" };
        var keep = new Option<string>("--keep") { Description = "Keep what the guest writes in a directory, and go on with what is there.", HelpName = "DIR" };
        var stream = new Option<string>("--stream") { Description = "Restore the disks to a directory while the guest runs on them.", HelpName = "DIR" };
        var resume = new Option<bool>("--resume") { Description = "Go on from the RAM in the archive." };
        var bare = new Option<bool>("--bare") { Description = "Give QEMU the disks as block nodes only; machine and devices are behind '--'." };
        var print = new Option<bool>("--print") { Description = "Print a shell script that does it, in place of doing it." };
        var qemu = new Option<string>("--qemu") { Description = "The QEMU to start.", HelpName = "PROGRAM", DefaultValueFactory = _ => BootProgram.Default };
        var seekable = new SeekableOptions();
        var command = new Command("boot", "Start a guest from an archive, without restoring anything.") { file, extra, memory, cpus, noNetwork, display, keep, stream, resume, bare, print, qemu };
        seekable.AddTo(command);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(keep) is not null && parsed.GetValue(stream) is not null)
            {
                throw CommandException.Usage("--keep and --stream do not go together; --stream keeps what the guest writes too");
            }

            if (parsed.GetValue(print) && parsed.GetValue(stream) is not null)
            {
                throw CommandException.Usage("--print and --stream do not go together: streaming takes a dialogue with QEMU, which a script does not have");
            }

            if (parsed.GetValue(bare) && ((Option[])[memory, cpus, noNetwork, display]).FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } useless)
            {
                throw CommandException.Usage($"--bare and {useless.Name} do not go together: with --bare the machine is what stands behind '--'");
            }

            if (parsed.GetValue(print) && parsed.GetRequiredValue(file) == StandardStreams.Input)
            {
                throw CommandException.Usage("--print and '-' do not go together: a script needs the archive's name");
            }

            var request = new BootRequest(parsed.GetRequiredValue(file), seekable.Request(parsed))
            {
                Program = parsed.GetRequiredValue(qemu),
                Directory = parsed.GetValue(keep) ?? parsed.GetValue(stream),
                Stream = parsed.GetValue(stream) is not null,
                Print = parsed.GetValue(print),
                Resume = parsed.GetValue(resume),
                Bare = parsed.GetValue(bare),
                WithoutNetwork = parsed.GetValue(noNetwork),
                Display = parsed.GetValue(display),
                MemoryMiB = MemoryOf(parsed.GetValue(memory)),
                Cpus = CpusOf(parsed.GetValue(cpus)),
                Extra = ExtraOf(parsed, parsed.GetValue(extra) ?? []),
            };
            if (request.Gives("daemonize"))
            {
                throw CommandException.Usage("-daemonize is not possible: the guest runs as long as vma does");
            }

            return BootRun.Execute(context, request);
        });
        return command;
    }

    private static long? MemoryOf(string? text)
    {
        if (text is null)
        {
            return null;
        }

        long? size = long.TryParse(text, NumberStyles.None, null, out long number) ? number : SizeText.Parse(text) >> 20;
        return size is >= LeastMemory and <= MostMemory ? size : throw CommandException.Usage($"--memory '{EscapedText.Of(text)}' is no size from 16 MiB to 16 TiB: a number is MiB, with M, G or T for powers of 1024");
    }

    private static int? CpusOf(string? text) => text is null ? null
        : int.TryParse(text, NumberStyles.None, null, out int number) && number is >= 1 and <= MostCpus ? number
        : throw CommandException.Usage($"--cpus is a number from 1 to {MostCpus}");

    /// <summary>What is behind <c>--</c>. A second operand in front of it is a mistake.</summary>
    private static string[] ExtraOf(ParseResult parsed, string[] extra)
    {
        int behind = parsed.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Count(token => token.Type == TokenType.Argument);
        return extra.Length <= behind ? extra : throw CommandException.Usage($"'{EscapedText.Of(extra[0])}' is one too many: there is one archive, and QEMU's arguments stand behind '--'");
    }
}
