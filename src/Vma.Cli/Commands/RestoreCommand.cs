// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Restore;
using Vma.Qemu.Guests;

namespace Vma.Cli.Commands;

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
            if ((script is null) == (domain is null))
            {
                throw CommandException.Usage("restore takes one of --qemu DIR and --libvirt DIR; see 'vma restore --help'");
            }

            string directory = script ?? domain!;
            string archive = parsed.GetRequiredValue(file);
            List<string> notes = [];
            int code = ExtractCommand.Extract(context, new RestoreRequest(archive, directory)
            {
                Verbose = parsed.GetValue(verbose),
                Sync = !parsed.GetValue(noSync),
                Quiet = true,
                Beside = manifest =>
                {
                    (GuestConfig config, Dictionary<string, string> files) = GuestFiles.Read(manifest, archive, directory);
                    if (manifest.Devices.Any(device => device.IsMemoryState))
                    {
                        notes.Add("the guest starts anew; 'vma boot --resume --stream DIR' restores its disks and goes on from the RAM in the archive");
                    }

                    return script is null
                        ? (GuestFiles.DomainName, GuestFiles.Domain(config, files))
                        : (GuestFiles.ScriptName, GuestFiles.Script(config, files, notes));
                },
            });
            foreach (string note in notes)
            {
                context.Terminal.ErrorLine($"vma: note: {ArchiveFile.Escape(note)}");
            }

            return code;
        });
        return command;
    }
}
