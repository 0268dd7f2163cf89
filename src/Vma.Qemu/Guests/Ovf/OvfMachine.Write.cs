// SPDX-License-Identifier: MIT

using System.Xml;

namespace Vma.Qemu.Guests.Ovf;

/// <content>Writes a descriptor of OVF 1.1, which VMware, VirtualBox and others read.</content>
public sealed partial record OvfMachine
{
    private const string Envelope = "http://schemas.dmtf.org/ovf/envelope/1";
    private const string Rasd = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData";
    private const string Vssd = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData";
    private const string DiskFormat = "http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized";
    private const string Network = "VM Network";

    /// <summary>Writes a descriptor. The disks are stream-optimised VMDKs.</summary>
    public void Write(Stream output)
    {
        ArgumentNullException.ThrowIfNull(output);
        using XmlWriter xml = XmlWriter.Create(output, new XmlWriterSettings { Indent = true, CloseOutput = false });
        xml.WriteStartElement("Envelope", Envelope);
        xml.WriteAttributeString("xmlns", "ovf", null, Envelope);
        xml.WriteAttributeString("xmlns", "rasd", null, Rasd);
        xml.WriteAttributeString("xmlns", "vssd", null, Vssd);
        WriteReferences(xml);
        if (Networks.Count > 0)
        {
            StartSection(xml, "NetworkSection", "Networks");
            Start(xml, "Network", ("name", Network));
            xml.WriteElementString("Description", Envelope, Network);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        WriteSystem(xml);
        xml.WriteEndElement();
    }

    private void WriteReferences(XmlWriter xml)
    {
        xml.WriteStartElement("References", Envelope);
        for (int i = 0; i < Disks.Count; i++)
        {
            Start(xml, "File", ("href", Disks[i].FileName), ("id", Id("file", i)));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        StartSection(xml, "DiskSection", "Disks");
        for (int i = 0; i < Disks.Count; i++)
        {
            Start(xml, "Disk", ("capacity", Text(Disks[i].Capacity)), ("capacityAllocationUnits", "byte"), ("diskId", Id("disk", i)),
                ("fileRef", Id("file", i)), ("format", DiskFormat));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private void WriteSystem(XmlWriter xml)
    {
        StartSection(xml, "VirtualSystem", "A virtual machine", ("id", Name));
        xml.WriteElementString("Name", Envelope, Name);
        StartSection(xml, "OperatingSystemSection", "The guest's operating system", ("id", "1"));
        xml.WriteEndElement();
        StartSection(xml, "VirtualHardwareSection", "Virtual hardware");
        xml.WriteStartElement("System", Envelope);
        xml.WriteElementString("ElementName", Vssd, "Virtual Hardware Family");
        xml.WriteElementString("InstanceID", Vssd, "0");
        xml.WriteElementString("VirtualSystemIdentifier", Vssd, Name);
        xml.WriteElementString("VirtualSystemType", Vssd, "vmx-13");
        xml.WriteEndElement();

        int instance = 0;
        Item(xml, ("AllocationUnits", "hertz * 10^6"), ("ElementName", $"{Cpus} virtual CPU(s)"), ("InstanceID", Next()), ("ResourceType", Processor),
            ("VirtualQuantity", Text(Cpus)));
        Item(xml, ("AllocationUnits", "byte * 2^20"), ("ElementName", $"{MemoryMiB} MiB of memory"), ("InstanceID", Next()), ("ResourceType", Memory),
            ("VirtualQuantity", Text(MemoryMiB)));
        var controllers = new Dictionary<GuestBus, string>();
        foreach (GuestBus bus in Disks.Select(disk => disk.Bus).Distinct())
        {
            controllers[bus] = Next();
            (string type, string subtype) = bus switch
            {
                GuestBus.Ide => (IdeController, "PIIX4"),
                GuestBus.Sata => (OtherStorage, "vmware.sata.ahci"),
                _ => ("6", "lsilogic"),
            };
            Item(xml, ("Address", "0"), ("ElementName", $"{bus} controller"), ("InstanceID", controllers[bus]), ("ResourceSubType", subtype),
                ("ResourceType", type));
        }

        for (int i = 0; i < Disks.Count; i++)
        {
            Item(xml, ("AddressOnParent", Text(Disks[i].Index)), ("ElementName", $"Disk {i + 1}"), ("HostResource", $"ovf:/disk/{Id("disk", i)}"),
                ("InstanceID", Next()), ("Parent", controllers[Disks[i].Bus]), ("ResourceType", DiskDrive));
        }

        foreach ((string model, string? mac) in Networks)
        {
            (string, string)[] address = mac is null ? [] : [("Address", mac)];
            Item(xml, [.. address, ("AutomaticAllocation", "true"), ("Connection", Network), ("ElementName", "Network card"), ("InstanceID", Next()),
                ("ResourceSubType", model), ("ResourceType", Ethernet)]);
        }

        if (Uefi)
        {
            xml.WriteStartElement("vmw", "Config", "http://www.vmware.com/schema/ovf");
            xml.WriteAttributeString("required", Envelope, "false");
            xml.WriteAttributeString("key", "http://www.vmware.com/schema/ovf", "firmware");
            xml.WriteAttributeString("value", "http://www.vmware.com/schema/ovf", "efi");
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.WriteEndElement();

        string Next() => Text(++instance);
    }

    private static void StartSection(XmlWriter xml, string name, string info, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Start(xml, name, attributes);
        xml.WriteElementString("Info", Envelope, info);
    }

    private static void Start(XmlWriter xml, string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        xml.WriteStartElement(name, Envelope);
        foreach ((string attribute, string value) in attributes)
        {
            xml.WriteAttributeString("ovf", attribute, Envelope, value);
        }
    }

    /// <summary>An item. Its elements come in the order of the alphabet, as the schema demands.</summary>
    private static void Item(XmlWriter xml, params ReadOnlySpan<(string Name, string Value)> elements)
    {
        xml.WriteStartElement("Item", Envelope);
        foreach ((string name, string value) in elements)
        {
            xml.WriteElementString(name, Rasd, value);
        }

        xml.WriteEndElement();
    }

    private static string Id(string kind, int index) => kind + Text(index + 1);

    private static string Text(long number) => number.ToString();
}
