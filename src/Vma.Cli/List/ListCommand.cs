// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Archives;
using Vma.Cli.Arguments;
using Vma.Cli.Console;

namespace Vma.Cli.List;

internal static class ListCommand
{
    public static Command Build(CommandContext context)
    {
        Argument<string> file = CommonOptions.Archive();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("list", "Show the configs and devices of an archive.") { file, json };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            using VmaReader reader = ArchiveFile.Open(path);
            if (parsed.GetValue(json))
            {
                ListJson.Write(context.Terminal, path, reader.Manifest);
            }
            else
            {
                ManifestText.Write(reader.Manifest, context.Terminal);
            }

            return ExitCode.Done;
        });
        return command;
    }
}
