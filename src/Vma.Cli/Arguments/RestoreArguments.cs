// SPDX-License-Identifier: MIT

namespace Vma.Cli.Arguments;

internal static class RestoreArguments
{
    public static readonly OptionSpec<string?> Qemu = new(
        "--qemu", null, "DIR", ValueKind.Directory, "Restore to this directory, with a script start.sh that starts the guest.");

    public static readonly OptionSpec<string?> Libvirt = new(
        "--libvirt", null, "DIR", ValueKind.Directory, "Restore to this directory, with a domain.xml for virsh define.");

    public static readonly VerbSpec Verb = new(
        "restore", "Restore a guest so that it can be started here.",
        SharedArguments.Archive, Qemu, Libvirt, SharedArguments.Memory, SharedArguments.NoIndex, SharedArguments.Verbose, SharedArguments.NoSync)
    {
        Alternatives = [[Qemu, Libvirt]],
        NeedsAlternative = true,
    };
}
