// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Vma.Qemu.Guests;

/// <content>From the text of a config.</content>
public sealed partial record GuestConfig
{
    private static readonly HashSet<string> Silent =
    [
        "onboot", "startup", "protection", "tags", "description", "digest", "vmgenid", "meta", "lock", "template", "unused", "parent", "snaptime", "balloon", "shares",
        "cpuunits", "cpulimit", "numa", "hotplug", "tablet", "autostart", "migrate_downtime", "migrate_speed", "bootdisk", "keyboard", "freeze", "tdf", "kvm", "acpi",
    ];

    /// <summary>
    /// Reads a config. Snapshots and other sections behind the first <c>[…]</c> are left out. Nothing makes it fail: what cannot be
    /// used is among <see cref="Ignored"/>, and has its default.
    /// </summary>
    public static GuestConfig Parse(ReadOnlySpan<byte> text) => Parse(Encoding.UTF8.GetString(text));

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte})"/>
    public static GuestConfig Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var settings = new Dictionary<string, string>();
        foreach (string line in text.Split('\n').Select(line => line.Trim()))
        {
            if (line.StartsWith('['))
            {
                break;
            }

            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (!line.StartsWith('#') && colon > 0)
            {
                settings[line[..colon].TrimEnd()] = line[(colon + 1)..].TrimStart();
            }
        }

        return new ConfigReading(settings).Read();
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._+\-]{0,63}$")]
    private static partial Regex Word();

    [GeneratedRegex("^(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$")]
    private static partial Regex MacAddress();

    [GeneratedRegex("^(ide|sata|scsi|virtio|efidisk|tpmstate|net|serial)([0-9]{1,2})$")]
    private static partial Regex NumberedKey();

    /// <summary>Takes settings one after the other; what is left over is not understood.</summary>
    private sealed class ConfigReading(Dictionary<string, string> settings)
    {
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
                Machine = WordOrNull("machine", First("machine", "type")) ?? defaults.Machine,
                Uefi = Take("bios") == "ovmf",
                Cpu = WordOrNull("cpu", First("cpu", "cputype")) ?? defaults.Cpu,
                Sockets = (int)Number("sockets", First("sockets", "value"), 1, 512, 1),
                Cores = (int)Number("cores", First("cores", "value"), 1, 512, 1),
                MemoryMiB = Number("memory", First("memory", "current"), 16, 1 << 24, defaults.MemoryMiB),
                ScsiController = WordOrNull("scsihw", Take("scsihw")) ?? defaults.ScsiController,
                OperatingSystem = WordOrNull("ostype", Take("ostype")),
                Uuid = uuid,
                Agent = First("agent", "enabled") is "1" or "on" or "yes" or "true",
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

            return config with { LocalTime = localTime is null ? config.IsWindows : localTime is "1" or "on" or "yes" or "true", Ignored = _ignored };
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

                int index = int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
                string value = settings[key];
                bool taken = match.Groups[1].Value switch
                {
                    "net" => Add(networks, ReadNetwork(index, value)),
                    "serial" => index < 4 && (serialPorts = Math.Max(serialPorts, index + 1)) > 0,
                    var bus => Add(disks, ReadDisk(bus, index, value)),
                };
                settings.Remove(key);
                if (!taken)
                {
                    Ignore(key, value);
                }
            }

            return (disks, networks, serialPorts);

            static bool Add<T>(List<T> list, T? item)
                where T : class
            {
                if (item is not null)
                {
                    list.Add(item);
                }

                return item is not null;
            }
        }

        private static GuestDisk? ReadDisk(string busName, int index, string value)
        {
            GuestBus bus = Enum.GetValues<GuestBus>().First(one => GuestDisk.NameOf(one) == busName);
            Dictionary<string, string> properties = Properties(value, "file");
            return index >= GuestDisk.LimitOf(bus) || !properties.Remove("file", out string? volume) ? null : new GuestDisk(bus, index) { Volume = volume, Settings = properties };
        }

        private static GuestNetwork? ReadNetwork(int index, string value)
        {
            Dictionary<string, string> properties = Properties(value, "model");
            string? mac = null;
            if (properties.Remove("model", out string? model))
            {
                properties.Remove("macaddr", out mac);
            }
            else if (properties.FirstOrDefault(pair => MacAddress().IsMatch(pair.Value)) is { Key: { } name } pair)
            {
                (model, mac) = (name, pair.Value);
                properties.Remove(name);
            }

            return index > 31 || model is null || !Word().IsMatch(model)
                ? null
                : new GuestNetwork(index, model) { Mac = mac is not null && MacAddress().IsMatch(mac) ? mac.ToUpperInvariant() : null, Settings = properties };
        }

        // boot: order=scsi0;net0, and before 2020 boot: cdn (disk, CD, net) with bootdisk: scsi0.
        private List<string> ReadBootOrder(List<GuestDisk> disks, List<GuestNetwork> networks)
        {
            Dictionary<string, string> boot = Properties(Take("boot"), "legacy");
            string? bootDisk = Take("bootdisk");
            if (boot.TryGetValue("order", out string? order))
            {
                return [.. order.Split(';', StringSplitOptions.RemoveEmptyEntries).Where(key => disks.Exists(disk => disk.Key == key) || networks.Exists(net => net.Key == key))];
            }

            bootDisk ??= disks.FirstOrDefault(disk => !disk.IsCdrom && disk.Bus <= GuestBus.Virtio)?.Key;
            List<string> keys = [];
            foreach (char kind in boot.GetValueOrDefault("legacy", "cdn"))
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

        private string? WordOrNull(string key, string? value)
        {
            if (value is null || Word().IsMatch(value))
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

            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most)
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
    }
}
