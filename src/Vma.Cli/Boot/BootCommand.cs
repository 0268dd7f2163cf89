// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Vma.Cli.Arguments;

namespace Vma.Cli.Boot;

internal static class BootCommand
{
    private const int MostCpus = 512;
    private const long LeastMemory = 16, MostMemory = 1 << 24; // MiB

    public static Command Build(CommandContext context) => BootArguments.Verb.ToCommand(parsed =>
    {
        CommandException.UsageIf(parsed.GetValue(BootArguments.Keep) is not null && parsed.GetValue(BootArguments.Stream) is not null,
            "--keep and --stream do not go together; --stream keeps what the guest writes too");
        CommandException.UsageIf(parsed.GetValue(BootArguments.Print) && parsed.GetValue(BootArguments.Stream) is not null,
            "--print and --stream do not go together: streaming takes a dialogue with QEMU, which a script does not have");

        Option? useless = BootArguments.Machine.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false });
        CommandException.UsageIf(parsed.GetValue(BootArguments.Bare) && useless is not null,
            $"--bare and {useless?.Name} do not go together: with --bare the machine is what stands behind '--'");
        CommandException.UsageIf(parsed.GetValue(BootArguments.Print) && parsed.GetRequiredValue(SharedArguments.SeekableArchive) == StandardStreams.Input,
            "--print and '-' do not go together: a script needs the archive's name");

        var request = new BootRequest(parsed.GetRequiredValue(SharedArguments.SeekableArchive), SeekableOptions.Request(parsed))
        {
            Program = parsed.GetRequiredValue(BootArguments.Qemu),
            Directory = parsed.GetValue(BootArguments.Keep) ?? parsed.GetValue(BootArguments.Stream),
            Stream = parsed.GetValue(BootArguments.Stream) is not null,
            Print = parsed.GetValue(BootArguments.Print),
            Resume = parsed.GetValue(BootArguments.Resume),
            Bare = parsed.GetValue(BootArguments.Bare),
            WithoutNetwork = parsed.GetValue(BootArguments.NoNetwork),
            Display = parsed.GetValue(BootArguments.Display),
            MemoryMiB = MemoryOf(parsed.GetValue(BootArguments.Memory)),
            Cpus = CpusOf(parsed.GetValue(BootArguments.Cpus)),
            Extra = ExtraOf(parsed, parsed.GetValue(BootArguments.Extra) ?? []),
        };
        CommandException.UsageIf(request.Gives("daemonize"), "-daemonize is not possible: the guest runs as long as vma does");

        return BootRun.Execute(context, request);
    });

    private static long? MemoryOf(string? text)
    {
        if (text is null)
        {
            return null;
        }

        long? size = long.TryParse(text, NumberStyles.None, null, out long number) ? number : SizeText.Parse(text) >> 20;
        return size is >= LeastMemory and <= MostMemory ? size : throw CommandException.Usage(
            $"--memory '{EscapedText.Of(text)}' is no size from 16 MiB to 16 TiB: a number is MiB, with M, G or T for powers of 1024");
    }

    private static int? CpusOf(string? text) => text is null ? null
        : int.TryParse(text, NumberStyles.None, null, out int number) && number is >= 1 and <= MostCpus ? number
        : throw CommandException.Usage($"--cpus is a number from 1 to {MostCpus}");

    /// <summary>What is behind <c>--</c>. A second operand in front of it is a mistake.</summary>
    private static string[] ExtraOf(ParseResult parsed, string[] extra)
    {
        int behind = parsed.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Count(token => token.Type == TokenType.Argument);
        return extra.Length <= behind ? extra : throw CommandException.Usage(
            $"'{EscapedText.Of(extra[0])}' is one too many: there is one archive, and QEMU's arguments stand behind '--'");
    }
}
