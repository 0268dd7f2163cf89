// SPDX-License-Identifier: MIT

using System.Text.Json;
using Vma.Qemu.Guests;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Backup;

/// <summary>Describes the guest as a config.</summary>
internal sealed class GuestQuery(ObjectTree objects, Func<string, JsonElement> ask)
{
    private const int MaxNetworks = 32;
    private const string MachineSuffix = "-machine";
    private const int MaxSerialLength = 60;

    private static readonly Dictionary<string, string> NetworkModels = new()
    {
        ["virtio-net-pci"] = "virtio",
        ["virtio-net-pci-non-transitional"] = "virtio",
        ["virtio-net-pci-transitional"] = "virtio",
        ["e1000"] = "e1000",
        ["e1000e"] = "e1000e",
        ["rtl8139"] = "rtl8139",
        ["vmxnet3"] = "vmxnet3",
    };

    private static readonly Dictionary<string, string> GraphicsModels = new()
    {
        ["VGA"] = "std",
        ["bochs-display"] = "std",
        ["qxl-vga"] = "qxl",
        ["virtio-vga"] = "virtio",
        ["virtio-gpu-pci"] = "virtio",
        ["cirrus-vga"] = "cirrus",
        ["vmware-svga"] = "vmware",
    };

    private static readonly Dictionary<string, string> ScsiControllers = new()
    {
        ["virtio-scsi-pci"] = "virtio-scsi-pci",
        ["virtio-scsi-pci-non-transitional"] = "virtio-scsi-pci",
        ["virtio-scsi-pci-transitional"] = "virtio-scsi-pci",
        ["lsi53c895a"] = "lsi",
        ["lsi53c810"] = "lsi53c810",
        ["megasas"] = "megasas",
        ["pvscsi"] = "pvscsi",
    };

    private readonly List<string> _notes = [];

    public IReadOnlyList<string> Notes => _notes;

    public long MemoryBytes { get; private set; }

    public GuestConfig Config(IReadOnlyList<VirtualDisk> disks)
    {
        (string Path, string Type)[] devices =
            [.. objects.Children("/machine/peripheral"), .. objects.Children("/machine/peripheral-anon"), .. objects.Children("/machine/unattached")];
        (int sockets, int cores, string? cpu) = Processors();
        JsonElement memory = ask("query-memory-size-summary");
        MemoryBytes = (memory.Number("base-memory") ?? 0) + (memory.Number("plugged-memory") ?? 0);
        List<(GuestNetwork Network, int? Order)> networks = Networks(devices);
        string[] controllers = [.. devices.Where(device => ScsiControllers.ContainsKey(device.Type)).Select(device => ScsiControllers[device.Type])];
        IEnumerable<(string Key, int? Order)> order =
            [.. disks.Select(disk => (disk.Place!.Key, OrderOf(disk.DevicePath))), .. networks.Select(one => (one.Network.Key, one.Order))];
        return new GuestConfig
        {
            Name = Checked("the guest's name", ask("query-name").Text("name"), GuestValue.IsHostName),
            Machine = Checked("the machine type", MachineType(), GuestValue.IsModel) ?? "pc",
            Uefi = disks.Any(disk => disk.Place!.Bus == GuestBus.EfiDisk) || objects.Text("/machine", "pflash0") is not null,
            Cpu = cpu ?? "kvm64",
            Sockets = sockets,
            Cores = cores,
            MemoryMiB = Math.Max(16, MemoryBytes >> 20),
            ScsiController = controllers switch
            {
                [] => "virtio-scsi-pci",
                ["virtio-scsi-pci", _, ..] => "virtio-scsi-single",
                [var one, ..] => one,
            },
            OperatingSystem = "other",
            Uuid = Checked("the guest's uuid", ask("query-uuid").Text("UUID"), text => Guid.TryParse(text, out _)) is { } text
                && Guid.Parse(text) is var uuid && uuid != Guid.Empty ? uuid : null,
            Agent = devices.Any(device => device.Type == "virtserialport" && objects.Text(device.Path, "name") == GuestAgentClient.Channel),
            SerialPorts = Math.Min(4, devices.Count(device => device.Type == "isa-serial")),
            Graphics = devices.Select(device => GraphicsModels.GetValueOrDefault(device.Type)).FirstOrDefault(model => model is not null)
                ?? (devices.Any(device => device.Type == "isa-serial") ? "serial0" : "std"),
            Disks = [.. disks.Select(disk => disk.Place! with { Volume = disk.Place!.UnknownVolume, Settings = SettingsOf(disk) })],
            Networks = [.. networks.Select(one => one.Network)],
            BootOrder = [.. order.Where(one => one.Order is not null).OrderBy(one => one.Order).Select(one => one.Key)],
        };
    }

    private Dictionary<string, string> SettingsOf(VirtualDisk disk)
    {
        var settings = new Dictionary<string, string>();
        if (disk.IoThread)
        {
            settings.Add("iothread", "1");
        }

        if (disk.Place!.Bus == GuestBus.EfiDisk)
        {
            settings.Add("efitype", disk.Size > 128 << 10 ? "4m" : "2m");
        }

        string? serial = disk.DevicePath is null ? null : objects.Text(disk.DevicePath, "serial");
        if (serial?.Length <= MaxSerialLength && Checked($"the serial number of {disk.Place.Key}", serial, IsPrintable) is not null)
        {
            settings.Add("serial", Uri.EscapeDataString(serial));
        }

        settings.Add("size", disk.Size % 1024 == 0 ? $"{disk.Size / 1024}K" : $"{disk.Size}");
        return settings;
    }

    private (int Sockets, int Cores, string? Model) Processors()
    {
        JsonElement[] processors = [.. ask("query-cpus-fast").Items()];
        int sockets = Math.Clamp(processors.Select(one => one.Member("props").Number("socket-id") ?? 0).Distinct().Count(), 1, 512);
        string? type = processors.Length == 0 ? null : processors[0].Text("qom-type")
            ?? (processors[0].Text("qom-path") is { } path ? objects.Text(path, "type") : null);
        int suffix = type?.LastIndexOf("-x86_64-cpu", StringComparison.Ordinal) ?? -1;
        if (suffix < 0)
        {
            _notes.Add("the CPU model is not known; the config says kvm64");
        }

        return (sockets, Math.Clamp(processors.Length / sockets, 1, 512), suffix > 0 ? Checked("the CPU model", type![..suffix], GuestValue.IsModel) : null);
    }

    private List<(GuestNetwork Network, int? Order)> Networks((string Path, string Type)[] devices)
    {
        List<(GuestNetwork, int?)> networks = [];
        foreach ((string path, string type) in devices)
        {
            if (networks.Count < MaxNetworks && NetworkModels.TryGetValue(type, out string? model))
            {
                string? mac = Checked($"the MAC address of net{networks.Count}", objects.Text(path, "mac"), GuestNetwork.IsMacAddress)?.ToUpperInvariant();
                networks.Add((new GuestNetwork(networks.Count, model) { Mac = mac, Settings = GuestNetwork.DefaultSettings }, Order(path)));
            }
        }

        return networks;
    }

    // A virtio device's index is with its PCI device, one level up.
    private int? OrderOf(string? path) => path is null ? null : Order(path) ?? (path.LastIndexOf('/') is > 0 and var cut ? Order(path[..cut]) : null);

    private int? Order(string path) =>
        objects.Get(path, "bootindex") is { ValueKind: JsonValueKind.Number } index && index.TryGetInt32(out int number) && number >= 0 ? number : null;

    private string? MachineType()
    {
        string? type = objects.Text("/machine", "type");
        return type?.EndsWith(MachineSuffix, StringComparison.Ordinal) == true ? type[..^MachineSuffix.Length] : type;
    }

    private static bool IsPrintable(string text) => text.All(character => character is >= ' ' and <= '~');

    /// <summary>A value that QEMU told, when it is what it claims to be; else it is noted, and the config goes without it.</summary>
    private string? Checked(string what, string? value, Func<string, bool> isPossible)
    {
        if (value is null or "" || isPossible(value))
        {
            return value is "" ? null : value;
        }

        _notes.Add($"{what} is left out of the config: '{value}' cannot be one there");
        return null;
    }
}
