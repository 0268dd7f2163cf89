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
        Disks = [.. Disks.Select(disk => new GuestDisk(disk.Bus, disk.Index)
        {
            Volume = $"local:vm-disk-{disk.Bus.ToString().ToLowerInvariant()}{disk.Index}",
            Settings = new Dictionary<string, string> { ["size"] = $"{(disk.Capacity + 1023) / 1024}K" },
        })],
        Networks = [.. Networks.Take(32).Select((card, index) => new GuestNetwork(index, ModelOf(card.Model)) { Mac = card.Mac, Settings = new Dictionary<string, string> { ["bridge"] = "vmbr0" } })],
        BootOrder = Disks.Count > 0 ? [new GuestDisk(Disks[0].Bus, Disks[0].Index).Key] : [],
    };

    /// <summary>The machine that a config describes, with these disks.</summary>
    public static OvfMachine From(GuestConfig config, IReadOnlyList<OvfDisk> disks)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new OvfMachine(config.Name ?? "vm")
        {
            Cpus = config.Sockets * config.Cores,
            MemoryMiB = config.MemoryMiB,
            Uefi = config.Uefi,
            Disks = disks,
            Networks = [.. config.Networks.Select(card => new OvfNetwork(card.Model switch { "vmxnet3" => "VmxNet3", "e1000e" => "E1000e", _ => "E1000" }, card.Mac))],
        };
    }

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

/// <summary>A disk of an <see cref="OvfMachine"/>.</summary>
/// <param name="FileName">The name of its file, beside the descriptor; a plain name.</param>
/// <param name="Capacity">Its size in bytes, at least 1.</param>
/// <param name="Bus">What it hangs on.</param>
/// <param name="Index">Its number on the bus, from 0.</param>
public sealed record OvfDisk(string FileName, long Capacity, GuestBus Bus, int Index);

/// <summary>A network card of an <see cref="OvfMachine"/>.</summary>
/// <param name="Model">Its model as OVF calls it, such as <c>E1000</c>; any text.</param>
/// <param name="Mac">Its MAC address as <c>AA:BB:CC:DD:EE:FF</c>, or null.</param>
public sealed record OvfNetwork(string Model, string? Mac);
