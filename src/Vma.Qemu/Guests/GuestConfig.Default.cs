// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Guests;

/// <content>A config for a guest whose archive has none.</content>
public sealed partial record GuestConfig
{
    /// <summary>
    /// A guest for disks of which only the names are known: those that are called as Proxmox VE names them, <c>drive-scsi0</c>, get that place, and
    /// the others one on virtio. It has 2 GiB, two cores and a network card.
    /// </summary>
    /// <param name="names">The disks' names.</param>
    /// <param name="places">Gets each disk's place, in the order of the names; null for one that there is no place for.</param>
    public static GuestConfig ForDisks(IReadOnlyList<string> names, out IReadOnlyList<GuestDisk?> places)
    {
        ArgumentNullException.ThrowIfNull(names);
        HashSet<string> keys = [];
        GuestDisk?[] taken = [.. names.Select(name => PlaceOf(name) is { } place && keys.Add(place.Key) ? place : null)];

        int next = 0;
        for (int i = 0; i < taken.Length; i++)
        {
            while (taken[i] is null && next < GuestDisk.LimitOf(GuestBus.Virtio))
            {
                var place = new GuestDisk(GuestBus.Virtio, next++);
                taken[i] = keys.Add(place.Key) ? place : null;
            }
        }

        places = taken;
        GuestDisk[] disks = [.. taken.OfType<GuestDisk>()];
        bool uefi = Array.Exists(disks, disk => disk.Bus == GuestBus.EfiDisk);
        return new GuestConfig
        {
            Machine = uefi ? "q35" : "pc",
            Uefi = uefi,
            Cpu = "max",
            Cores = 2,
            MemoryMiB = 2048,
            ScsiController = "virtio-scsi-pci",
            Disks = disks,
            Networks = [new GuestNetwork(0, "virtio")],
            BootOrder = [.. disks.Where(disk => disk.Bus <= GuestBus.Virtio).Select(disk => disk.Key)],
        };
    }

    private static GuestDisk? PlaceOf(string name) => GuestDisk.FromName(name) is not { } disk || disk.DeviceName != name ? null
        : disk.Bus == GuestBus.EfiDisk ? disk with { Settings = new Dictionary<string, string> { ["efitype"] = "4m" } } : disk;
}
