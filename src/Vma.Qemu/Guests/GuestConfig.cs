// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Guests;

/// <summary>
/// A guest as a <c>qemu-server.conf</c> describes it: the part that makes a virtual machine which starts from the same disks. What
/// is read comes out of an archive, so each value was checked against what such a value can be, or is among
/// <see cref="Ignored"/>.
/// </summary>
public sealed partial record GuestConfig
{
    /// <summary>The name of such a config in an archive.</summary>
    public const string FileName = "qemu-server.conf";

    /// <summary>The guest's name, or null.</summary>
    public string? Name { get; init; }

    /// <summary>QEMU's machine type: <c>q35</c>, <c>pc-i440fx-7.2</c>. The default is <c>pc</c>.</summary>
    public string Machine { get; init; } = "pc";

    /// <summary>Whether it starts by UEFI firmware and not by a BIOS.</summary>
    public bool Uefi { get; init; }

    /// <summary>The CPU model as QEMU names it. The default is <c>kvm64</c>.</summary>
    public string Cpu { get; init; } = "kvm64";

    /// <summary>CPU sockets, 1 to 512.</summary>
    public int Sockets { get; init; } = 1;

    /// <summary>Cores of each socket, 1 to 512.</summary>
    public int Cores { get; init; } = 1;

    /// <summary>Memory in MiB, 16 to 2^24. The default is 512.</summary>
    public long MemoryMiB { get; init; } = 512;

    /// <summary>The SCSI controller, as the config names it. The default is <c>lsi</c>.</summary>
    public string ScsiController { get; init; } = "lsi";

    /// <summary>The guest's operating system, as the config names it, or null: <c>l26</c>, <c>win11</c>.</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>The SMBIOS UUID, or null.</summary>
    public Guid? Uuid { get; init; }

    /// <summary>Whether the clock runs in local time.</summary>
    public bool LocalTime { get; init; }

    /// <summary>Whether there is a channel for the guest agent.</summary>
    public bool Agent { get; init; }

    /// <summary>How many serial ports there are, 0 to 4.</summary>
    public int SerialPorts { get; init; }

    /// <summary>The graphics card, as the config names it. The default is <c>std</c>.</summary>
    public string Graphics { get; init; } = "std";

    /// <summary>The disks, in the order of the config.</summary>
    public IReadOnlyList<GuestDisk> Disks { get; init; } = [];

    /// <summary>The network cards, in the order of the config.</summary>
    public IReadOnlyList<GuestNetwork> Networks { get; init; } = [];

    /// <summary>The keys of the devices that it boots from, in their order: <c>scsi0</c>, <c>net0</c>.</summary>
    public IReadOnlyList<string> BootOrder { get; init; } = [];

    /// <summary>Settings of the config that are not understood or not taken over, each as <c>KEY: VALUE</c>; any text can be in there.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>Whether the guest is a Windows.</summary>
    public bool IsWindows => OperatingSystem?.StartsWith('w') == true;

    internal bool IsQ35 => Machine.Contains("q35", StringComparison.Ordinal);

    /// <summary>The disk with the UEFI variables, or null.</summary>
    internal GuestDisk? EfiDisk => Disks.FirstOrDefault(disk => disk.Bus == GuestBus.EfiDisk);

    internal int Processors => Sockets * Cores;

    /// <summary>The disk of a key, or null.</summary>
    public GuestDisk? FindDisk(string key) => Disks.FirstOrDefault(disk => disk.Key == key);

    /// <summary>Which place in the order of booting a disk or network card has, from 0; null for none.</summary>
    internal int? BootPlaceOf(string key) => BootOrder.TakeWhile(one => one != key).Count() is var place && place < BootOrder.Count ? place : null;

    /// <summary>Whether a setting is one of the words that Proxmox VE takes for yes.</summary>
    internal static bool IsOn(string? value) => value is "1" or "on" or "yes" or "true";
}
