// SPDX-License-Identifier: MIT

using Vma.Qemu.Guests;

namespace Vma.Qemu.Backup;

/// <summary>
/// Gives each writable disk its place in a config, as <c>scsi0</c>: the one that its name on the host says, else the next free one on
/// its bus. A kind of device that Proxmox VE does not have becomes a SCSI disk.
/// </summary>
internal sealed class DiskPlaces
{
    private static readonly string FirstEfiDisk = new GuestDisk(GuestBus.EfiDisk, 0).DeviceName;

    private readonly HashSet<string> _taken = [];

    /// <summary>The same disks with their places. Read-only ones have none.</summary>
    public static IReadOnlyList<VirtualDisk> Give(IReadOnlyList<VirtualDisk> disks)
    {
        var places = new DiskPlaces();
        VirtualDisk[] placed = [.. disks.Select(disk => disk with { Place = disk.ReadOnly ? null : places.Take(places.ByName(disk)) })];
        return [.. placed.Select(disk => disk.ReadOnly || disk.Place is not null ? disk
            : disk with { Place = places.Take(places.NextFree(BusOf(disk)) ?? places.NextFree(GuestBus.Scsi)) })];
    }

    private GuestDisk? Take(GuestDisk? place)
    {
        if (place is not null)
        {
            _taken.Add(place.Key);
        }

        return place;
    }

    private static GuestBus BusOf(VirtualDisk disk) => disk.DeviceType switch
    {
        { } type when type.StartsWith("virtio-blk", StringComparison.Ordinal) => GuestBus.Virtio,
        { } type when type.StartsWith("cfi.pflash", StringComparison.Ordinal) => GuestBus.EfiDisk,
        "ide-hd" when disk.ControllerType?.Contains("ahci", StringComparison.Ordinal) == true => GuestBus.Sata,
        "ide-hd" => GuestBus.Ide,
        null when disk.HostName is { } name && (name.StartsWith("pflash", StringComparison.Ordinal) || name == FirstEfiDisk) => GuestBus.EfiDisk,
        _ => GuestBus.Scsi,
    };

    private GuestDisk? ByName(VirtualDisk disk) => ByName(disk.HostName, BusOf(disk)) ?? ByName(disk.DeviceName, BusOf(disk));

    private GuestDisk? ByName(string? name, GuestBus bus) =>
        name is not null && GuestDisk.FromName(name) is { } place && place.Bus == bus && !_taken.Contains(place.Key) ? place : null;

    private GuestDisk? NextFree(GuestBus bus) =>
        Enumerable.Range(0, GuestDisk.LimitOf(bus)).Select(index => new GuestDisk(bus, index)).FirstOrDefault(place => !_taken.Contains(place.Key));
}
