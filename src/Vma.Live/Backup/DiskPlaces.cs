// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.RegularExpressions;
using Vma.Live.Qemu;

namespace Vma.Live.Backup;

/// <summary>
/// Gives each writable disk its place in a config, as <c>scsi0</c>: the one that its name on the host says, else the next free one on
/// its bus. A kind of device that Proxmox VE does not have becomes a SCSI disk.
/// </summary>
internal sealed partial class DiskPlaces
{
    private readonly HashSet<string> _taken = [];

    public VirtualDisk Place(VirtualDisk disk)
    {
        if (disk.ReadOnly)
        {
            return disk;
        }

        GuestBus bus = BusOf(disk);
        GuestDisk? place = ByName(disk.HostName, bus) ?? NextFree(bus) ?? NextFree(GuestBus.Scsi);
        if (place is null)
        {
            return disk;
        }

        _taken.Add(place.Key);
        return disk with { Place = place };
    }

    private static GuestBus BusOf(VirtualDisk disk) => disk.DeviceType switch
    {
        { } type when type.StartsWith("virtio-blk", StringComparison.Ordinal) => GuestBus.Virtio,
        { } type when type.StartsWith("cfi.pflash", StringComparison.Ordinal) => GuestBus.EfiDisk,
        "ide-hd" when disk.ControllerType?.Contains("ahci", StringComparison.Ordinal) == true => GuestBus.Sata,
        "ide-hd" => GuestBus.Ide,
        null when disk.HostName?.StartsWith("pflash", StringComparison.Ordinal) == true || disk.HostName == "drive-efidisk0" => GuestBus.EfiDisk,
        _ => GuestBus.Scsi,
    };

    private GuestDisk? ByName(string? name, GuestBus bus)
    {
        if (name is null || PlaceName().Match(name) is not { Success: true } match || match.Groups[1].Value != GuestDisk.NameOf(bus))
        {
            return null;
        }

        var place = new GuestDisk(bus, int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture));
        return place.Index < GuestDisk.LimitOf(bus) && !_taken.Contains(place.Key) ? place : null;
    }

    private GuestDisk? NextFree(GuestBus bus) =>
        Enumerable.Range(0, GuestDisk.LimitOf(bus)).Select(index => new GuestDisk(bus, index)).FirstOrDefault(place => !_taken.Contains(place.Key));

    [GeneratedRegex("^(?:drive-)?(ide|sata|scsi|virtio|efidisk)([0-9]{1,2})$")]
    private static partial Regex PlaceName();
}
