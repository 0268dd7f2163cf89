// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Guests.Ovf;

/// <summary>A virtual machine as an OVF descriptor (DMTF DSP0243) describes it: the part that a <see cref="GuestConfig"/> has too.</summary>
/// <param name="Name">Its name; any text.</param>
public sealed partial record OvfMachine(string Name)
{
    /// <summary>How many virtual CPUs it has, at least 1.</summary>
    public int Cpus { get; init; } = 1;

    /// <summary>Memory in MiB, at least 1.</summary>
    public long MemoryMiB { get; init; } = 512;

    /// <summary>Whether it starts by UEFI firmware.</summary>
    public bool Uefi { get; init; }

    /// <summary>Its disks, in the order of the descriptor.</summary>
    public IReadOnlyList<OvfDisk> Disks { get; init; } = [];

    /// <summary>Its network cards, in the order of the descriptor.</summary>
    public IReadOnlyList<OvfNetwork> Networks { get; init; } = [];

    /// <summary>The machine as a config of Proxmox VE has it.</summary>
    public GuestConfig ToGuestConfig() => new()
    {
        Name = HostName(Name),
        Cores = Math.Clamp(Cpus, 1, 512),
        MemoryMiB = Math.Clamp(MemoryMiB, 16, 1 << 24),
        Uefi = Uefi,
        Disks = [.. Disks.Select(disk => disk.Place with
        {
            Volume = disk.Place.UnknownVolume,
            Settings = new Dictionary<string, string> { ["size"] = $"{(disk.Capacity + 1023) / 1024}K" },
        })],
        Networks = [.. Networks.Take(32)
            .Select((card, index) => new GuestNetwork(index, ModelOf(card.Model)) { Mac = card.Mac, Settings = GuestNetwork.DefaultSettings })],
        BootOrder = Disks.Count > 0 ? [Disks[0].Place.Key] : [],
    };

    /// <summary>The machine that a config describes, with these disks.</summary>
    public static OvfMachine From(GuestConfig config, IReadOnlyList<OvfDisk> disks)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new OvfMachine(config.Name ?? "vm")
        {
            Cpus = config.Processors,
            MemoryMiB = config.MemoryMiB,
            Uefi = config.Uefi,
            Disks = disks,
            Networks = [.. config.Networks.Select(card => new OvfNetwork(OvfModelOf(card.Model), card.Mac))],
        };
    }

    private static string OvfModelOf(string model) => model switch { "vmxnet3" => "VmxNet3", "e1000e" => "E1000e", _ => "E1000" };

    private static string ModelOf(string ovfModel) => ovfModel.ToUpperInvariant() switch
    {
        "VMXNET3" => "vmxnet3",
        "E1000E" => "e1000e",
        "VIRTIO" => "virtio",
        "PCNET32" => "pcnet",
        _ => "e1000",
    };

    /// <summary>What Proxmox VE takes for a name: letters, digits, dots and hyphens.</summary>
    private static string? HostName(string name)
    {
        string safe = string.Concat(name.Select(one => char.IsAsciiLetterOrDigit(one) || one is '.' or '-' ? one : '-')).Trim('-', '.');
        return safe.Length == 0 ? null : safe[..Math.Min(safe.Length, 63)].TrimEnd('-', '.');
    }
}
