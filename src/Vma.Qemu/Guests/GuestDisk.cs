// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Guests;

/// <summary>What a disk of a guest hangs on, as Proxmox VE's configs name it.</summary>
public enum GuestBus
{
    /// <summary>IDE; on q35 it is the AHCI controller of the chip set.</summary>
    Ide,

    /// <summary>SATA, behind an AHCI controller.</summary>
    Sata,

    /// <summary>SCSI, behind the controller that the config names.</summary>
    Scsi,

    /// <summary>virtio-blk.</summary>
    Virtio,

    /// <summary>The UEFI variables.</summary>
    EfiDisk,

    /// <summary>The state of a TPM.</summary>
    TpmState,
}

/// <summary>A disk in a guest's config.</summary>
/// <param name="Bus">What it hangs on.</param>
/// <param name="Index">Its number on the bus, from 0.</param>
public sealed record GuestDisk(GuestBus Bus, int Index)
{
    /// <summary>Where the config says its data is, as <c>STORAGE:VOLUME</c> or a path; <c>none</c> for an empty drive.</summary>
    public string Volume { get; init; } = "none";

    /// <summary>The other settings of its line, by their names in the config; unknown ones too.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Its key in the config: <c>scsi0</c>, <c>efidisk0</c>.</summary>
    public string Key => NameOf(Bus) + Index.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The name of its device in an archive: <c>drive-scsi0</c>.</summary>
    public string DeviceName => "drive-" + Key;

    /// <summary>Whether it is a CD-ROM drive, whose medium is in no backup.</summary>
    public bool IsCdrom => Settings.TryGetValue("media", out string? media) && media == "cdrom";

    /// <summary>Whether the config takes it out of backups.</summary>
    public bool IsExcluded => Settings.TryGetValue("backup", out string? backup) && backup is "0" or "no" or "off" or "false";

    internal bool IsOn(string setting) => Settings.TryGetValue(setting, out string? value) && value is "1" or "on" or "yes" or "true";

    internal static string NameOf(GuestBus bus) => bus switch
    {
        GuestBus.EfiDisk => "efidisk",
        GuestBus.TpmState => "tpmstate",
        _ => bus.ToString().ToLowerInvariant(),
    };

    /// <summary>How many disks of a bus Proxmox VE takes.</summary>
    internal static int LimitOf(GuestBus bus) => bus switch
    {
        GuestBus.Ide => 4,
        GuestBus.Sata => 6,
        GuestBus.Scsi => 31,
        GuestBus.Virtio => 16,
        _ => 1,
    };
}

/// <summary>A network card in a guest's config.</summary>
/// <param name="Index">Its number, from 0.</param>
/// <param name="Model">Its model, as the config names it: <c>virtio</c>, <c>e1000</c>.</param>
public sealed record GuestNetwork(int Index, string Model)
{
    /// <summary>Its MAC address as <c>AA:BB:CC:DD:EE:FF</c>, or null.</summary>
    public string? Mac { get; init; }

    /// <summary>The other settings of its line, by their names in the config.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Its key in the config: <c>net0</c>.</summary>
    public string Key => "net" + Index.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
