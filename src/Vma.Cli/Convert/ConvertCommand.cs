// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.CommandLine.Parsing;
using Vma.Cli.ArchiveFromDisks;
using Vma.Cli.Arguments;
using Vma.Cli.Disks;
using Vma.Cli.DisksFromArchive;

namespace Vma.Cli.Convert;

internal static class ConvertCommand
{
    public static Command Build(CommandContext context) => ConvertArguments.Verb.ToCommand(parsed =>
    {
        string[] given = parsed.GetRequiredValue(ConvertArguments.Operands);
        CommandException.UsageIf(given.Length < 2, "OUT is missing; see 'vma convert --help'");

        string[] inputs = given[..^1];
        string output = given[^1];
        string[] addedConfigs = parsed.GetValue(ConvertArguments.Configs) ?? [];
        if (DiskFormats.IsOva(output))
        {
            return inputs.Length > 1 || parsed.Tokens.Any(IsNotForOva)
                ? throw CommandException.Usage("an OVA is made from one archive, with no options but --no-sync, --dry-run and --memory")
                : OvaRun.Execute(context, new OvaRequest(
                    inputs[0], output, ReadingOptions.Of(parsed), !parsed.GetValue(SharedArguments.NoSync), parsed.GetValue(SharedArguments.DryRun)));
        }

        bool toDirectory = ConvertOperands.IsDirectory(output);
        if (toDirectory && (addedConfigs.Length > 0
            || parsed.GetValue(SharedArguments.Compress) is not null
            || parsed.GetValue(SharedArguments.NoSeal)
            || parsed.GetValue(SharedArguments.KeyFile) is not null
            || parsed.GetResult(SharedArguments.Threads) is { Implicit: false }))
        {
            throw CommandException.Usage("-c, --compress, --threads, --no-seal and --key-file are for a new archive, but OUT is a directory");
        }

        if (!toDirectory && (parsed.GetValue(SharedArguments.Format) is not null
            || parsed.GetValue(SharedArguments.CreationOptions) is { Length: > 0 }
            || parsed.GetValue(SharedArguments.IgnoreSpace)))
        {
            throw CommandException.Usage("--format, -o and --ignore-space are for images in a directory, but OUT is an archive; a directory ends in a slash");
        }

        return toDirectory
            ? ExtractRun.Execute(context, new ExtractRequest(ConvertOperands.ArchiveAmong(inputs), output)
            {
                Format = ImageFormat.Parse(parsed.GetValue(SharedArguments.Format) ?? DiskFormats.Raw, parsed.GetValue(SharedArguments.CreationOptions) ?? []),
                Reading = ReadingOptions.Of(parsed),
                Verbose = parsed.GetValue(SharedArguments.Verbose),
                Sync = !parsed.GetValue(SharedArguments.NoSync),
                Json = parsed.GetValue(SharedArguments.Json),
                DryRun = parsed.GetValue(SharedArguments.DryRun),
                IgnoreSpace = parsed.GetValue(SharedArguments.IgnoreSpace),
            })
            : CreateRun.Execute(context, ConvertOperands.ReadImages(inputs, addedConfigs, CreateOptions.Request(parsed, output)));
    });

    private static bool IsNotForOva(Token token) => token.Type == TokenType.Option && token.Value is not ("--no-sync" or "--dry-run" or "--memory");
}
