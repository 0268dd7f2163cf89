// SPDX-License-Identifier: MIT

using Vma.Qemu.Guests;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Backup;

/// <summary>A running VM as its monitor described it at one moment: all that a plan for a backup needs. Nothing in it asks again.</summary>
public sealed record VirtualMachine
{
    /// <summary>QEMU's version.</summary>
    public required QmpVersion Version { get; init; }

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

/// <summary>A disk of a running VM that cannot be read through QEMU's block nodes.</summary>
/// <param name="Name">The device's id, or its place among QEMU's objects when it has none.</param>
/// <param name="Type">The device's type: <c>vhost-user-blk-pci</c>.</param>
/// <param name="Reason">Why it cannot be read, in a few words.</param>
public sealed record UnseenDisk(string Name, string Type, string Reason);

/// <summary>A drive of a running VM.</summary>
/// <param name="Node">The block node that the guest's device reads and writes.</param>
/// <param name="Size">Its size in bytes.</param>
public sealed record VirtualDisk(string Node, long Size)
{
    /// <summary>What the host calls the drive, or null: an id given with <c>-drive</c>.</summary>
    public string? HostName { get; init; }

    /// <summary>What the host calls the guest's device, or null: an id given with <c>-device</c>.</summary>
    public string? DeviceName { get; init; }

    /// <summary>The place of the guest's device among QEMU's objects, or null when it is not to be had.</summary>
    public string? DevicePath { get; init; }

    /// <summary>The type of the guest's device: <c>virtio-blk-device</c>, <c>scsi-hd</c>.</summary>
    public string? DeviceType { get; init; }

    /// <summary>The type of the controller that the device hangs on, or null: <c>ich9-ahci</c>.</summary>
    public string? ControllerType { get; init; }

    /// <summary>Whether it cannot be written.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Whether the device does its work in a thread of its own.</summary>
    public bool IoThread { get; init; }

    /// <summary>Its place in the guest's config; null for one that is not in there.</summary>
    public GuestDisk? Place { get; init; }

    /// <summary>Dirty bitmaps on the node, by name, that are whole and recording.</summary>
    public IReadOnlyList<string> Bitmaps { get; init; } = [];
}
