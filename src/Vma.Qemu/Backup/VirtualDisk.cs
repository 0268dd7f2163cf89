// SPDX-License-Identifier: MIT

using Vma.Qemu.Guests;

namespace Vma.Qemu.Backup;

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

    /// <summary>The type of the controller that the device is attached to, or null: <c>ich9-ahci</c>.</summary>
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
