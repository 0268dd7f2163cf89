// SPDX-License-Identifier: MIT

using Vma.Qemu.Guests;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Backup;

/// <summary>A running VM as its monitor described it at one moment: all that a plan for a backup needs. Nothing in it asks again.</summary>
public sealed record VirtualMachine
{
    /// <summary>QEMU's version.</summary>
    public required Version Version { get; init; }

    /// <summary>What this QEMU understands.</summary>
    public required QmpSchema Schema { get; init; }

    /// <summary>Whether the host's processor runs the guest, by KVM; else QEMU emulates it.</summary>
    public bool HasKvm { get; init; }

    /// <summary>QEMU's word for its state: <c>running</c>, <c>paused</c>.</summary>
    public required string Status { get; init; }

    /// <summary>All drives with a medium, in QEMU's order.</summary>
    public required IReadOnlyList<VirtualDisk> Disks { get; init; }

    /// <summary>Disks of the guest that QEMU gives no access to, so that no backup has them. The default is none.</summary>
    public IReadOnlyList<UnseenDisk> UnseenDisks { get; init; } = [];

    /// <summary>The guest as a config; its disks are the writable ones among <see cref="Disks"/>, its volumes mean nothing.</summary>
    public required GuestConfig Config { get; init; }

    /// <summary>Guest memory in bytes.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>What could not be found out about the guest, one line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Asks a monitor; only queries are sent.</summary>
    /// <exception cref="QmpException">It does not answer.</exception>
    public static VirtualMachine Query(IQmpMonitor monitor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(monitor);
        return new VirtualMachineQuery(monitor, cancellationToken).Run();
    }
}
