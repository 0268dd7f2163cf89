// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Console;
using Vma.Cli.Creation;

namespace Vma.Cli.Create;

internal static class CreateCommand
{
    public static Command Build(CommandContext context)
    {
        var archive = new Argument<string>("ARCHIVE") { Description = "A file that does not exist, a FIFO or pipe, '-' for standard output, or exec:COMMAND." };
        var disks = new Argument<string[]>("DISK") { Description = "[format=FMT:][NAME=]PATH, the old form of -d.", Arity = ArgumentArity.ZeroOrMore };
        var drives = new Option<string[]>("--drive", "-d") { Description = "A disk: format=FORMAT:[snapshot=TAG:][NAME=]PATH. NAME is disk0, disk1, … when left out. PATH can be an NBD URI, or an OVA for a whole machine. Formats other than raw need qemu-utils.", HelpName = "DISK" };
        var configs = new Option<string[]>("--config", "-c") { Description = "A configuration file, stored under its base name.", HelpName = "FILE" };
        var making = new CreateOptions();
        var command = new Command("create", "Make an archive from disks and configs.")
        {
            archive, disks, drives, configs, making.Verbose, making.KeyFile, making.NoSeal, making.Compress, making.Threads, making.DryRun, making.NoSync, making.Json,
        };
        command.SetAction(parsed => CreateRun.Execute(context, making.Request(parsed, parsed.GetRequiredValue(archive)) with
        {
            OldForm = parsed.GetValue(disks) ?? [],
            Drives = parsed.GetValue(drives) ?? [],
            Configs = parsed.GetValue(configs) ?? [],
        }));
        return command;
    }
}
