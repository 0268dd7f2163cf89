// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.RegularExpressions;

namespace Vma.Qemu.Guests;

/// <summary>Takes the settings that it understands out of a config. Those that are left over are reported as ignored.</summary>
internal sealed partial class GuestConfigReader(Dictionary<string, string> settings)
{
    private static readonly HashSet<string> Silent =
    [
        "onboot", "startup", "protection", "tags", "description", "digest", "vmgenid", "meta", "lock", "template", "unused", "parent", "snaptime",
        "balloon", "shares", "cpuunits", "cpulimit", "numa", "hotplug", "tablet", "autostart", "migrate_downtime", "migrate_speed", "bootdisk",
        "keyboard", "freeze", "tdf", "kvm", "acpi",
    ];

    private readonly List<string> _ignored = [];

    public GuestConfig Read()
    {
        (List<GuestDisk> disks, List<GuestNetwork> networks, int serialPorts) = ReadNumbered();
        var defaults = new GuestConfig();
        Guid? uuid = Properties(Take("smbios1"), "smbios").TryGetValue("uuid", out string? text) && Guid.TryParse(text, out Guid parsed) ? parsed : null;
        IReadOnlyList<string> order = ReadBootOrder(disks, networks);
        var config = new GuestConfig
        {
            Name = WordOrNull("name", Take("name")),
            Machine = Checked("machine", First("machine", "type"), GuestValue.IsModel) ?? defaults.Machine,
            Uefi = Take("bios") == "ovmf",
            Cpu = Checked("cpu", First("cpu", "cputype"), GuestValue.IsModel) ?? defaults.Cpu,
            Sockets = (int)Number("sockets", First("sockets", "value"), 1, 512, 1),
            Cores = (int)Number("cores", First("cores", "value"), 1, 512, 1),
            MemoryMiB = Number("memory", First("memory", "current"), 16, 1 << 24, defaults.MemoryMiB),
            ScsiController = WordOrNull("scsihw", Take("scsihw")) ?? defaults.ScsiController,
            OperatingSystem = WordOrNull("ostype", Take("ostype")),
            Uuid = uuid,
            Agent = GuestConfig.IsOn(First("agent", "enabled")),
            SerialPorts = serialPorts,
            Graphics = WordOrNull("vga", First("vga", "type")) ?? defaults.Graphics,
            Disks = disks,
            Networks = networks,
            BootOrder = order,
        };
        string? localTime = Take("localtime");
        foreach ((string key, string value) in settings)
        {
            if (!Silent.Contains(key.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9')))
            {
                Ignore(key, value);
            }
        }

        return config with { LocalTime = localTime is null ? config.IsWindows : GuestConfig.IsOn(localTime), Ignored = _ignored };
    }

    private (List<GuestDisk> Disks, List<GuestNetwork> Networks, int SerialPorts) ReadNumbered()
    {
        List<GuestDisk> disks = [];
        List<GuestNetwork> networks = [];
        int serialPorts = 0;
        foreach (string key in settings.Keys.ToArray())
        {
            if (NumberedKey().Match(key) is not { Success: true } match)
            {
                continue;
            }

            int index = int.Parse(match.Groups[2].ValueSpan);
            string value = settings[key];
            bool taken = match.Groups[1].Value switch
            {
                "net" => Add(networks, ReadNetwork(index, value), one => one.Key),
                "serial" => index < 4 && (serialPorts = Math.Max(serialPorts, index + 1)) > 0,
                _ => Add(disks, ReadDisk(key, value), one => one.Key),
            };
            settings.Remove(key);
            if (!taken)
            {
                Ignore(key, value);
            }
        }

        return (disks, networks, serialPorts);

        // A number can be written in two ways, scsi0 and scsi00: the first one counts.
        static bool Add<T>(List<T> list, T? item, Func<T, string> keyOf)
            where T : class
        {
            bool isNew = item is not null && !list.Exists(one => keyOf(one) == keyOf(item));
            if (isNew)
            {
                list.Add(item!);
            }

            return isNew;
        }
    }

    private static GuestDisk? ReadDisk(string key, string value)
    {
        Dictionary<string, string> properties = Properties(value, "file");
        return GuestDisk.FromName(key) is { } disk && properties.Remove("file", out string? volume)
            ? disk with { Volume = volume, Settings = properties } : null;
    }

    private static GuestNetwork? ReadNetwork(int index, string value)
    {
        Dictionary<string, string> properties = Properties(value, "model");
        string? mac = null;
        if (properties.Remove("model", out string? model))
        {
            properties.Remove("macaddr", out mac);
        }
        else if (properties.FirstOrDefault(pair => GuestNetwork.IsMacAddress(pair.Value)) is { Key: { } name } pair)
        {
            (model, mac) = (name, pair.Value);
            properties.Remove(name);
        }

        return index > 31 || model is null || !GuestValue.IsWord(model)
            ? null
            : new GuestNetwork(index, model) { Mac = mac is not null && GuestNetwork.IsMacAddress(mac) ? mac.ToUpperInvariant() : null, Settings = properties };
    }

    // Each device counts once, however often the text names it. boot: order=scsi0;net0, and before 2020 boot: cdn (disk, CD, net) with bootdisk: scsi0.
    private List<string> ReadBootOrder(List<GuestDisk> disks, List<GuestNetwork> networks)
    {
        Dictionary<string, string> boot = Properties(Take("boot"), "legacy");
        string? bootDisk = Take("bootdisk");
        if (boot.TryGetValue("order", out string? order))
        {
            HashSet<string> known = [.. disks.Select(disk => disk.Key), .. networks.Select(net => net.Key)];
            return [.. order.Split(';', StringSplitOptions.RemoveEmptyEntries).Where(known.Remove)];
        }

        bootDisk ??= disks.FirstOrDefault(disk => !disk.IsCdrom && disk.Bus <= GuestBus.Virtio)?.Key;
        List<string> keys = [];
        foreach (char kind in boot.GetValueOrDefault("legacy", "cdn").Distinct())
        {
            switch (kind)
            {
                case 'c' when disks.Exists(disk => disk.Key == bootDisk):
                    keys.Add(bootDisk!);
                    break;
                case 'd':
                    keys.AddRange(disks.Where(disk => disk.IsCdrom).Select(disk => disk.Key));
                    break;
                case 'n':
                    keys.AddRange(networks.Select(net => net.Key));
                    break;
            }
        }

        return keys;
    }

    private string? Take(string key) => settings.Remove(key, out string? value) ? value : null;

    private string? First(string key, string property) => Take(key) is { } value ? Properties(value, property).GetValueOrDefault(property) : null;

    private string? WordOrNull(string key, string? value) => Checked(key, value, GuestValue.IsWord);

    private string? Checked(string key, string? value, Func<string, bool> isPossible)
    {
        if (value is null || isPossible(value))
        {
            return value;
        }

        Ignore(key, value);
        return null;
    }

    private long Number(string key, string? text, long least, long most, long otherwise)
    {
        if (text is null)
        {
            return otherwise;
        }

        if (long.TryParse(text, NumberStyles.None, null, out long number) && number >= least && number <= most)
        {
            return number;
        }

        Ignore(key, text);
        return otherwise;
    }

    private void Ignore(string key, string value) => _ignored.Add($"{key}: {value}");

    private static Dictionary<string, string> Properties(string? text, string defaultKey)
    {
        var properties = new Dictionary<string, string>();
        foreach (string part in (text ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            properties.TryAdd(equals > 0 ? part[..equals] : defaultKey, part[(equals > 0 ? equals + 1 : 0)..]);
        }

        return properties;
    }

    [GeneratedRegex("^(ide|sata|scsi|virtio|efidisk|tpmstate|net|serial)([0-9]{1,2})\\z")]
    private static partial Regex NumberedKey();
}
