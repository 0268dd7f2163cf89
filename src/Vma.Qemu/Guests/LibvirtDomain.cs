// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;
using System.Xml;

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
    public static string Format(GuestConfig config, string name, IReadOnlyDictionary<string, string> files)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(files);
        var text = new StringBuilder();
        using (var writer = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true }))
        {
            writer.WriteStartElement("domain");
            writer.WriteAttributeString("type", "kvm");
            writer.WriteElementString("name", config.Name ?? name);
            if (config.Uuid is { } uuid)
            {
                writer.WriteElementString("uuid", uuid.ToString("D"));
            }

            writer.WriteStartElement("memory");
            writer.WriteAttributeString("unit", "MiB");
            writer.WriteValue(config.MemoryMiB);
            writer.WriteEndElement();
            writer.WriteElementString("vcpu", (config.Sockets * config.Cores).ToString(CultureInfo.InvariantCulture));
            WriteSystem(writer, config, files);
            WriteDevices(writer, config, files);
            writer.WriteEndElement();
        }

        return text.Append('\n').ToString();
    }

    private static void WriteSystem(XmlWriter writer, GuestConfig config, IReadOnlyDictionary<string, string> files)
    {
        writer.WriteStartElement("os");
        if (config.Uefi)
        {
            writer.WriteAttributeString("firmware", "efi");
        }

        writer.WriteStartElement("type");
        writer.WriteAttributeString("arch", "x86_64");
        writer.WriteAttributeString("machine", QemuArguments.StockMachine(config.Machine));
        writer.WriteString("hvm");
        writer.WriteEndElement();
        if (config.Disks.FirstOrDefault(disk => disk.Bus == GuestBus.EfiDisk) is { } variables && files.TryGetValue(variables.Key, out string? path))
        {
            writer.WriteElementString("nvram", path);
        }

        writer.WriteEndElement();
        writer.WriteStartElement("features");
        Element(writer, "acpi");
        Element(writer, "apic");
        writer.WriteEndElement();
        Element(writer, "cpu", ("mode", "host-model"));
        Element(writer, "clock", ("offset", config.LocalTime ? "localtime" : "utc"));
    }

    private static void WriteDevices(XmlWriter writer, GuestConfig config, IReadOnlyDictionary<string, string> files)
    {
        writer.WriteStartElement("devices");
        var used = new Dictionary<string, int>();
        foreach (GuestDisk disk in config.Disks)
        {
            if (Targets.TryGetValue(disk.Bus, out string? prefix) && (disk.IsCdrom || files.ContainsKey(disk.Key)))
            {
                int number = used[prefix] = used.GetValueOrDefault(prefix, -1) + 1;
                WriteDisk(writer, config, disk, files.GetValueOrDefault(disk.Key), prefix + Letters(number));
            }
        }

        if (config.Disks.Any(disk => disk.Bus == GuestBus.Scsi))
        {
            string model = config.ScsiController switch { "lsi" => "lsilogic", "megasas" => "lsisas1078", "pvscsi" => "vmpvscsi", _ => "virtio-scsi" };
            Element(writer, "controller", ("type", "scsi"), ("model", model));
        }

        foreach (GuestNetwork network in config.Networks)
        {
            writer.WriteStartElement("interface");
            writer.WriteAttributeString("type", "network");
            if (network.Mac is { } mac)
            {
                Element(writer, "mac", ("address", mac));
            }

            Element(writer, "source", ("network", "default"));
            Element(writer, "model", ("type", network.Model));
            WriteOrder(writer, config, network.Key);
            writer.WriteEndElement();
        }

        for (int i = 0; i < config.SerialPorts; i++)
        {
            Element(writer, "serial", ("type", "pty"));
        }

        if (config.Agent)
        {
            writer.WriteStartElement("channel");
            writer.WriteAttributeString("type", "unix");
            Element(writer, "target", ("type", "virtio"), ("name", "org.qemu.guest_agent.0"));
            writer.WriteEndElement();
        }

        Element(writer, "graphics", ("type", "vnc"));
        writer.WriteEndElement();
    }

    private static void WriteDisk(XmlWriter writer, GuestConfig config, GuestDisk disk, string? path, string target)
    {
        writer.WriteStartElement("disk");
        writer.WriteAttributeString("type", "file");
        writer.WriteAttributeString("device", disk.IsCdrom ? "cdrom" : "disk");
        Element(writer, "driver", ("name", "qemu"), ("type", "raw"));
        if (path is not null)
        {
            Element(writer, "source", ("file", path));
        }

        Element(writer, "target", ("dev", target), ("bus", disk.Bus.ToString().ToLowerInvariant()));
        WriteOrder(writer, config, disk.Key);
        writer.WriteEndElement();
    }

    private static void WriteOrder(XmlWriter writer, GuestConfig config, string key)
    {
        for (int i = 0; i < config.BootOrder.Count; i++)
        {
            if (config.BootOrder[i] == key)
            {
                Element(writer, "boot", ("order", (i + 1).ToString(CultureInfo.InvariantCulture)));
                return;
            }
        }
    }

    private static void Element(XmlWriter writer, string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        writer.WriteStartElement(name);
        foreach ((string key, string value) in attributes)
        {
            writer.WriteAttributeString(key, value);
        }

        writer.WriteEndElement();
    }

    // vda … vdz, vdaa …
    private static string Letters(int number) => (number >= 26 ? Letters(number / 26 - 1) : string.Empty) + (char)('a' + number % 26);
}
