// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;

namespace Vma.Qemu.Guests;

/// <summary>A disk in a guest's config.</summary>
/// <param name="Bus">The bus that it is attached to.</param>
/// <param name="Index">Its number on the bus, from 0.</param>
public sealed partial record GuestDisk(GuestBus Bus, int Index)
{
    /// <summary>What Proxmox VE puts in front of a disk's key when it names a device or a drive.</summary>
    public const string DevicePrefix = "drive-";

    /// <summary>Where the config says its data is, as <c>STORAGE:VOLUME</c> or a path; <c>none</c> for an empty drive.</summary>
    public string Volume { get; init; } = "none";

    /// <summary>The other settings of its line, by their names in the config; unknown ones too.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Its key in the config: <c>scsi0</c>, <c>efidisk0</c>.</summary>
    public string Key => $"{NameOf(Bus)}{Index}";

    /// <summary>The name of its device in an archive: <c>drive-scsi0</c>.</summary>
    public string DeviceName => DevicePrefix + Key;

    /// <summary>Whether it is a CD-ROM drive, whose medium is in no backup.</summary>
    public bool IsCdrom => Settings.TryGetValue("media", out string? media) && media == "cdrom";

    /// <summary>A volume for a config whose volumes mean nothing.</summary>
    internal string UnknownVolume => $"local:vm-disk-{Key}";

    internal bool IsOn(string setting) => GuestConfig.IsOn(Settings.GetValueOrDefault(setting));

    /// <summary>The disk whose key or device's name this is, also when its number has a zero in front; null when Proxmox VE has no such place.</summary>
    internal static GuestDisk? FromName(string name)
    {
        Match match = KeyPattern().Match(name.StartsWith(DevicePrefix, StringComparison.Ordinal) ? name[DevicePrefix.Length..] : name);
        return match.Success && Enum.Parse<GuestBus>(match.Groups[1].ValueSpan, ignoreCase: true) is var bus
            && int.Parse(match.Groups[2].ValueSpan) is var index && index < LimitOf(bus)
            ? new GuestDisk(bus, index) : null;
    }

    internal static string NameOf(GuestBus bus) => bus.ToString().ToLowerInvariant();

    /// <summary>How many disks of a bus Proxmox VE takes.</summary>
    internal static int LimitOf(GuestBus bus) => bus switch
    {
        GuestBus.Ide => 4,
        GuestBus.Sata => 6,
        GuestBus.Scsi => 31,
        GuestBus.Virtio => 16,
        _ => 1,
    };

    [GeneratedRegex("^(ide|sata|scsi|virtio|efidisk|tpmstate)([0-9]{1,2})\\z")]
    private static partial Regex KeyPattern();
}
