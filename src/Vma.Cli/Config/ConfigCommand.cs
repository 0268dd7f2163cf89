// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Arguments;
using Vma.Cli.Console;
using Vma.Qemu.Guests;

namespace Vma.Cli.Config;

internal static class ConfigCommand
{
    public static Command Build(CommandContext context)
    {
        Argument<string> file = CommonOptions.Archive();
        var name = new Option<string>("--config", "-c") { Description = "The config's name.", HelpName = "NAME", DefaultValueFactory = _ => GuestConfig.FileName };
        var command = new Command("config", "Print a configuration file of an archive.") { file, name };
        command.SetAction(parsed =>
        {
            context.Terminal.Write(ConfigRun.Read(parsed.GetRequiredValue(file), parsed.GetRequiredValue(name)).Data.Span);
            context.Terminal.Flush();
            return ExitCode.Done;
        });
        return command;
    }
}
