// SPDX-License-Identifier: MIT

using System.Xml;
using System.Xml.Linq;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Guests;

/// <summary>Turns a guest's config into a domain for libvirt.</summary>
public static class LibvirtDomain
{
    private static readonly Dictionary<GuestBus, string> Targets = new()
    {
        [GuestBus.Ide] = "hd",
        [GuestBus.Sata] = "sd",
        [GuestBus.Scsi] = "sd",
        [GuestBus.Virtio] = "vd",
    };

    /// <summary>A domain's XML, as <c>virsh define</c> takes it.</summary>
    /// <param name="config">The guest.</param>
    /// <param name="name">The domain's name, where the config has none.</param>
    /// <param name="files">Raw files, by the disks' keys in the config.</param>
    /// <exception cref="ArgumentException">A file's path, or the name, has a character that XML cannot hold.</exception>
    public static string Format(GuestConfig config, string name, IReadOnlyDictionary<string, string> files)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(files);
        foreach (string text in files.Values.Append(config.Name ?? name))
        {
            ThrowIfUnfit(text);
        }

        var domain = new XElement("domain",
            new XAttribute("type", "kvm"),
            new XElement("name", config.Name ?? name),
            config.Uuid is { } uuid ? new XElement("uuid", uuid.ToString("D")) : null,
            new XElement("memory", new XAttribute("unit", "MiB"), config.MemoryMiB),
            new XElement("vcpu", config.Processors),
            Os(config, files),
            new XElement("features", new XElement("acpi"), new XElement("apic")),
            Element("cpu", ("mode", "host-model")),
            Element("clock", ("offset", config.LocalTime ? "localtime" : "utc")),
            new XElement("devices", Disks(config, files), Controller(config), config.Networks.Select(network => Interface(config, network)),
                Enumerable.Repeat(Element("serial", ("type", "pty")), config.SerialPorts),
                config.Agent ? Channel() : null,
                Element("graphics", ("type", "vnc"))));
        return $"{domain}\n";
    }

    private static void ThrowIfUnfit(string text)
    {
        try
        {
            XmlConvert.VerifyXmlChars(text);
        }
        catch (XmlException invalid)
        {
            throw new ArgumentException($"'{text}' has a character that XML cannot hold", invalid);
        }
    }

    private static XElement Os(GuestConfig config, IReadOnlyDictionary<string, string> files) => new("os",
        config.Uefi ? new XAttribute("firmware", "efi") : null,
        new XElement("type", new XAttribute("arch", "x86_64"), new XAttribute("machine", QemuArguments.StockMachine(config.Machine)), "hvm"),
        config.EfiDisk is { } variables && files.TryGetValue(variables.Key, out string? path) ? new XElement("nvram", path) : null);

    private static IEnumerable<XElement> Disks(GuestConfig config, IReadOnlyDictionary<string, string> files)
    {
        var used = new Dictionary<string, int>();
        foreach (GuestDisk disk in config.Disks)
        {
            if (Targets.TryGetValue(disk.Bus, out string? prefix) && (disk.IsCdrom || files.ContainsKey(disk.Key)))
            {
                int number = used[prefix] = used.GetValueOrDefault(prefix, -1) + 1;
                yield return new XElement("disk",
                    new XAttribute("type", "file"),
                    new XAttribute("device", disk.IsCdrom ? "cdrom" : "disk"),
                    Element("driver", ("name", "qemu"), ("type", "raw")),
                    files.TryGetValue(disk.Key, out string? path) ? Element("source", ("file", path)) : null,
                    Element("target", ("dev", prefix + Letters(number)), ("bus", GuestDisk.NameOf(disk.Bus))),
                    BootOrder(config, disk.Key));
            }
        }
    }

    private static XElement? Controller(GuestConfig config)
    {
        string model = config.ScsiController switch { "lsi" => "lsilogic", "megasas" => "lsisas1078", "pvscsi" => "vmpvscsi", _ => "virtio-scsi" };
        return config.Disks.Any(disk => disk.Bus == GuestBus.Scsi) ? Element("controller", ("type", "scsi"), ("model", model)) : null;
    }

    private static XElement Interface(GuestConfig config, GuestNetwork network) => new("interface",
        new XAttribute("type", "network"),
        network.Mac is { } mac ? Element("mac", ("address", mac)) : null,
        Element("source", ("network", "default")),
        Element("model", ("type", network.Model)),
        BootOrder(config, network.Key));

    private static XElement Channel() =>
        new("channel", new XAttribute("type", "unix"), Element("target", ("type", "virtio"), ("name", GuestAgentClient.Channel)));

    private static XElement? BootOrder(GuestConfig config, string key) =>
        config.BootPlaceOf(key) is { } place ? Element("boot", ("order", $"{place + 1}")) : null;

    private static XElement Element(string name, params IEnumerable<(string Name, string Value)> attributes) =>
        new(name, attributes.Select(attribute => new XAttribute(attribute.Name, attribute.Value)));

    // vda … vdz, vdaa …
    private static string Letters(int number) => (number >= 26 ? Letters(number / 26 - 1) : string.Empty) + (char)('a' + number % 26);
}
