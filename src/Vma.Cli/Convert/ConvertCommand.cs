// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.CommandLine.Parsing;
using Vma.Cli.Arguments;
using Vma.Cli.Console;
using Vma.Cli.Creation;
using Vma.Cli.Disks;
using Vma.Cli.Extraction;

namespace Vma.Cli.Convert;

internal static class ConvertCommand
{
    public static Command Build(CommandContext context)
    {
        var operands = new Argument<string[]>("IN") { Description = "An archive ('-' is standard input), a directory that extract made, or disks as create -d takes them; the last operand is OUT.", Arity = ArgumentArity.OneOrMore };
        var configs = new Option<string[]>("--config", "-c") { Description = "A configuration file for the new archive.", HelpName = "FILE" };
        Option<string> format = CommonOptions.Format();
        Option<string[]> options = CommonOptions.CreationOptions();
        Option<bool> ignoreSpace = CommonOptions.IgnoreSpace();
        var making = new CreateOptions();
        var command = new Command("convert", "Turn an archive into a directory of images or an OVA, or images or an OVA into an archive.")
        {
            operands, configs, format, options, making.KeyFile, making.Compress, making.Threads, making.NoSeal, making.Verbose, ignoreSpace, making.DryRun, making.NoSync, making.Json,
        };
        command.SetAction(parsed =>
        {
            string[] given = parsed.GetRequiredValue(operands);
            if (given.Length < 2)
            {
                throw CommandException.Usage("OUT is missing; see 'vma convert --help'");
            }

            string[] inputs = given[..^1];
            string output = given[^1];
            string[] addedConfigs = parsed.GetValue(configs) ?? [];
            if (OvaRun.IsOva(output))
            {
                return inputs.Length > 1 || parsed.Tokens.Any(token => token.Type == TokenType.Option && token.Value is not ("--no-sync" or "--dry-run"))
                    ? throw CommandException.Usage("an OVA is made from one archive, with no options but --no-sync and --dry-run")
                    : OvaRun.Execute(context, new OvaRequest(inputs[0], output, !parsed.GetValue(making.NoSync), parsed.GetValue(making.DryRun)));
            }

            bool toDirectory = ConvertOperands.IsDirectory(output);
            if (toDirectory && (addedConfigs.Length > 0 || parsed.GetValue(making.Compress) is not null || parsed.GetValue(making.NoSeal) || parsed.GetValue(making.KeyFile) is not null || parsed.GetResult(making.Threads) is { Implicit: false }))
            {
                throw CommandException.Usage("-c, --compress, --threads, --no-seal and --key-file are for a new archive, but OUT is a directory");
            }

            if (!toDirectory && (parsed.GetValue(format) is not null || parsed.GetValue(options) is { Length: > 0 } || parsed.GetValue(ignoreSpace)))
            {
                throw CommandException.Usage("--format, -o and --ignore-space are for images in a directory, but OUT is an archive; a directory ends in a slash");
            }

            return toDirectory
                ? ExtractRun.Execute(context, new ExtractRequest(ConvertOperands.ArchiveAmong(inputs), output)
                {
                    Format = ImageFormat.Parse(parsed.GetValue(format) ?? DiskFormats.Raw, parsed.GetValue(options) ?? []),
                    Verbose = parsed.GetValue(making.Verbose),
                    Sync = !parsed.GetValue(making.NoSync),
                    Json = parsed.GetValue(making.Json),
                    DryRun = parsed.GetValue(making.DryRun),
                    IgnoreSpace = parsed.GetValue(ignoreSpace),
                })
                : CreateRun.Execute(context, ConvertOperands.ReadImages(inputs, addedConfigs, making.Request(parsed, output)));
        });
        return command;
    }
}
