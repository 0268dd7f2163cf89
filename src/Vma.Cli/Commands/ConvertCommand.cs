// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.CommandLine.Parsing;
using Vma.Cli.Convert;
using Vma.Cli.Create;
using Vma.Cli.Restore;

namespace Vma.Cli.Commands;

internal static class ConvertCommand
{
    public static Command Build(CommandContext context)
    {
        var operands = new Argument<string[]>("IN") { Description = "An archive ('-' is standard input), a directory that extract made, or disks as create -d takes them; the last operand is OUT.", Arity = ArgumentArity.OneOrMore };
        var configs = new Option<string[]>("--config", "-c") { Description = "A configuration file for the new archive.", HelpName = "FILE" };
        Option<string> format = CommonOptions.Format();
        Option<string[]> options = CommonOptions.CreationOptions();
        Option<string> keyFile = CommonOptions.KeyFile();
        Option<string> compress = CommonOptions.Compress();
        Option<int> threads = CommonOptions.Threads();
        Option<bool> noSeal = CommonOptions.NoSeal();
        Option<bool> verbose = CommonOptions.Verbose();
        Option<bool> ignoreSpace = CommonOptions.IgnoreSpace();
        Option<bool> dryRun = CommonOptions.DryRun();
        Option<bool> noSync = CommonOptions.NoSync();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("convert", "Turn an archive into a directory of images or an OVA, or images or an OVA into an archive.")
        {
            operands, configs, format, options, keyFile, compress, threads, noSeal, verbose, ignoreSpace, dryRun, noSync, json,
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
            if (OvaExport.IsOva(output))
            {
                if (inputs.Length > 1 || parsed.Tokens.Any(token => token.Type == TokenType.Option && token.Value is not ("--no-sync" or "--dry-run")))
                {
                    throw CommandException.Usage("an OVA is made from one archive, with no options but --no-sync and --dry-run");
                }

                return OvaExport.Run(context, inputs[0], output, !parsed.GetValue(noSync), parsed.GetValue(dryRun));
            }

            bool toDirectory = ConvertOperands.IsDirectory(output);
            if (toDirectory && (addedConfigs.Length > 0 || parsed.GetValue(compress) is not null || parsed.GetValue(noSeal) || parsed.GetValue(keyFile) is not null || parsed.GetResult(threads) is { Implicit: false }))
            {
                throw CommandException.Usage("-c, --compress, --threads, --no-seal and --key-file are for a new archive, but OUT is a directory");
            }

            if (!toDirectory && (parsed.GetValue(format) is not null || parsed.GetValue(options) is { Length: > 0 } || parsed.GetValue(ignoreSpace)))
            {
                throw CommandException.Usage("--format, -o and --ignore-space are for images in a directory, but OUT is an archive; a directory ends in a slash");
            }

            return toDirectory
                ? ExtractCommand.Extract(context, new RestoreRequest(ConvertOperands.ArchiveAmong(inputs), output)
                {
                    Format = ImageFormat.Parse(parsed.GetValue(format) ?? DiskFormats.Raw, parsed.GetValue(options) ?? []),
                    Verbose = parsed.GetValue(verbose),
                    Sync = !parsed.GetValue(noSync),
                    Json = parsed.GetValue(json),
                    DryRun = parsed.GetValue(dryRun),
                    IgnoreSpace = parsed.GetValue(ignoreSpace),
                })
                : CreateCommand.Create(context, ConvertOperands.ReadImages(inputs, addedConfigs, new CreateRequest(output, new VmaWriterOptions
                {
                    Seal = !parsed.GetValue(noSeal),
                    Compression = CompressionArgument.Parse(parsed.GetValue(compress), output),
                    Parallelism = parsed.GetValue(threads),
                })
                {
                    KeyFile = parsed.GetValue(keyFile),
                    Verbose = parsed.GetValue(verbose),
                    Sync = !parsed.GetValue(noSync),
                    Json = parsed.GetValue(json),
                    DryRun = parsed.GetValue(dryRun),
                }));
        });
        return command;
    }
}
