// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Arguments;
using Vma.Cli.Console;

namespace Vma.Cli.Restore;

internal static class RestoreCommand
{
    public static Command Build(CommandContext context)
    {
        Argument<string> file = CommonOptions.Archive();
        var qemu = new Option<string?>("--qemu") { Description = "Restore to this directory, with a script start.sh that starts the guest.", HelpName = "DIR" };
        var libvirt = new Option<string?>("--libvirt") { Description = "Restore to this directory, with a domain.xml for virsh define.", HelpName = "DIR" };
        Option<bool> verbose = CommonOptions.Verbose();
        Option<bool> noSync = CommonOptions.NoSync();
        var command = new Command("restore", "Restore a guest so that it can be started here.") { file, qemu, libvirt, verbose, noSync };
        command.SetAction(parsed =>
        {
            string? script = parsed.GetValue(qemu), domain = parsed.GetValue(libvirt);
            return (script is null) == (domain is null)
                ? throw CommandException.Usage("restore takes one of --qemu DIR and --libvirt DIR; see 'vma restore --help'")
                : RestoreRun.Execute(context, new RestoreRequest(parsed.GetRequiredValue(file), script ?? domain!, domain is not null, parsed.GetValue(verbose), !parsed.GetValue(noSync)));
        });
        return command;
    }
}
