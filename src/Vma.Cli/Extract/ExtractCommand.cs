// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Arguments;
using Vma.Cli.Disks;
using Vma.Cli.DisksFromArchive;

namespace Vma.Cli.Extract;

internal static class ExtractCommand
{
    public static Command Build(CommandContext context) => ExtractArguments.Verb.ToCommand(parsed =>
    {
        string archive = parsed.GetRequiredValue(SharedArguments.Archive), directory = parsed.GetRequiredValue(ExtractArguments.Directory);
        return ExtractRun.Execute(context, new ExtractRequest(archive, directory)
        {
            Devices = parsed.GetValue(ExtractArguments.Devices) ?? [],
            Reading = ReadingOptions.Indexed(parsed),
            Map = parsed.GetValue(ExtractArguments.Map),
            Format = ImageFormat.Parse(parsed.GetValue(SharedArguments.Format) ?? DiskFormats.Raw, parsed.GetValue(SharedArguments.CreationOptions) ?? []),
            Verbose = parsed.GetValue(SharedArguments.Verbose),
            Configs = !parsed.GetValue(ExtractArguments.NoConfigs),
            VerifyData = !parsed.GetValue(ExtractArguments.NoVerifyData),
            Strict = parsed.GetValue(SharedArguments.Strict),
            Sync = !parsed.GetValue(SharedArguments.NoSync),
            Json = parsed.GetValue(SharedArguments.Json),
            DryRun = parsed.GetValue(SharedArguments.DryRun),
            IgnoreSpace = parsed.GetValue(SharedArguments.IgnoreSpace),
        });
    });
}
