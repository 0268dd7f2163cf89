// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Archives;
using Vma.Cli.Arguments;
using Vma.Cli.Console;

namespace Vma.Cli.Config;

internal static class ConfigCommand
{
    private const string DefaultName = "qemu-server.conf";

    public static Command Build(CommandContext context)
    {
        Argument<string> file = CommonOptions.Archive();
        var name = new Option<string>("--config", "-c") { Description = "The config's name.", HelpName = "NAME", DefaultValueFactory = _ => DefaultName };
        var command = new Command("config", "Print a configuration file of an archive.") { file, name };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            string wanted = parsed.GetRequiredValue(name);
            using VmaReader reader = ArchiveFile.Open(path);
            VmaConfig config = Find(reader.Manifest, wanted) ?? throw CommandException.Failed(
                $"{ArchiveFile.DisplayName(path)}: there is no config '{EscapedText.Of(wanted)}'; there are: {NameList.Of(reader.Manifest.Configs.Select(one => one.Name))}");
            context.Terminal.Write(config.Data.Span);
            context.Terminal.Flush();
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>By the name itself, or by the name that it shows or that its file would have: not every name can be typed.</summary>
    private static VmaConfig? Find(VmaManifest manifest, string wanted) =>
        manifest.FindConfig(wanted) ?? manifest.Configs.FirstOrDefault(config => NameList.IsCalled(config.Name, wanted));
}
