// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Archives;
using Vma.Cli.Arguments;

namespace Vma.Cli.List;

internal static class ListCommand
{
    public static Command Build(CommandContext context) => ListArguments.Verb.ToCommand(parsed =>
    {
        string path = parsed.GetRequiredValue(SharedArguments.Archive);
        using VmaReader reader = ArchiveFile.Open(path, ReadingOptions.Of(parsed));
        if (parsed.GetValue(SharedArguments.Json))
        {
            ListDocument.Write(context.Terminal, path, reader.Manifest);
        }
        else
        {
            ManifestText.Write(reader.Manifest, context.Terminal);
        }

        return ExitCode.Done;
    });
}
