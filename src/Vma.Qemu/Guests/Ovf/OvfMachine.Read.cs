// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Vma.Qemu.Guests.Ovf;

/// <content>Reads a descriptor. Names of elements are taken without their namespaces, which differ between versions and makers.</content>
public sealed partial record OvfMachine
{
    private const int MaxDescriptor = 4 << 20;
    private const int MaxDisks = 200;
    private const int MaxDepth = 64; // a tree that is deeper takes time that grows with the square

    // CIM_ResourceAllocationSettingData.ResourceType
    private const string Processor = "3", Memory = "4", IdeController = "5", Ethernet = "10", DiskDrive = "17", OtherStorage = "20";

    /// <summary>Reads a descriptor, of at most 4 MiB.</summary>
    /// <exception cref="OvfException">It is none, describes more than one machine, or names files that are not beside it.</exception>
    public static OvfMachine Read(Stream descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = MaxDescriptor,
            MaxCharactersFromEntities = 1024,
            CloseInput = false,
        };
        try
        {
            using MemoryStream text = ReadAll(descriptor);
            using (XmlReader scan = XmlReader.Create(text, settings))
            {
                while (scan.Read())
                {
                    OvfException.ThrowIf(scan.Depth > MaxDepth, "the OVF descriptor nests its elements too deep");
                }
            }

            text.Position = 0;
            using XmlReader reader = XmlReader.Create(text, settings);
            return Read(XDocument.Load(reader).Root!);
        }
        catch (Exception failure) when (failure is XmlException or FormatException or OverflowException)
        {
            throw new OvfException($"the OVF descriptor cannot be read: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
    }

    private static MemoryStream ReadAll(Stream descriptor)
    {
        var text = new MemoryStream();
        var buffer = new byte[64 << 10];
        for (int read = descriptor.Read(buffer); read > 0; read = descriptor.Read(buffer))
        {
            text.Write(buffer, 0, read);
            OvfException.ThrowIf(text.Length > MaxDescriptor, "the OVF descriptor cannot be read: it is longer than 4 MiB");
        }

        text.Position = 0;
        return text;
    }

    private static OvfMachine Read(XElement envelope)
    {
        XElement[] systems = [.. envelope.Descendants().Where(one => one.Name.LocalName == "VirtualSystem")];
        OvfException.ThrowIf(envelope.Name.LocalName != "Envelope" || systems.Length != 1,
            $"the OVF descriptor describes {systems.Length} machines; just one can be read");

        XElement system = systems[0];
        XElement[] items = [.. system.Descendants().Where(one => one.Name.LocalName is "Item" or "StorageItem" or "EthernetPortItem")];
        XElement? memory = OfType(Memory).FirstOrDefault();
        return new OvfMachine(Value(system, "Name") ?? Attribute(system, "id") ?? "vm")
        {
            Cpus = (int)Math.Clamp(OfType(Processor).Sum(item => Number(Value(item, "VirtualQuantity"), 1)), 1, 512),
            MemoryMiB = memory is null ? 512
                : Math.Max(1, Number(Value(memory, "VirtualQuantity"), 512) * UnitOf(Value(memory, "AllocationUnits"), 1 << 20) >> 20),
            Uefi = system.Descendants().Any(one => one.Name.LocalName == "Config" && Attribute(one, "key") == "firmware" && Attribute(one, "value") == "efi"),
            Disks = ReadDisks(envelope, items),
            Networks = [.. OfType(Ethernet).Take(32).Select(item => new OvfNetwork(Value(item, "ResourceSubType") ?? "E1000", MacOf(item)))],
        };

        IEnumerable<XElement> OfType(string resource) => items.Where(item => Value(item, "ResourceType") == resource);
    }

    private static List<OvfDisk> ReadDisks(XElement envelope, XElement[] items)
    {
        Dictionary<string, XElement> files = ById(envelope, "File", "id"), disks = ById(envelope, "Disk", "diskId");
        Dictionary<string, XElement> controllers = ByKey(items, item => Value(item, "InstanceID"));
        var read = new List<OvfDisk>();
        foreach (XElement item in items.Where(item => Value(item, "ResourceType") == DiskDrive))
        {
            string resource = Value(item, "HostResource") ?? string.Empty;
            string id = resource[(resource.LastIndexOf('/') + 1)..];
            if (!disks.TryGetValue(id, out XElement? disk) || Attribute(disk, "fileRef") is not { } reference)
            {
                continue; // An empty disk, which has no file.
            }

            if (!files.TryGetValue(reference, out XElement? file) || Attribute(file, "href") is not { Length: > 0 } name)
            {
                throw new OvfException($"the OVF descriptor names no file for the disk '{id}'");
            }

            if (name.Contains('/', StringComparison.Ordinal) || name is "." or ".." || Attribute(file, "compression") is not (null or "identity")
                || Attribute(file, "chunkSize") is not null)
            {
                throw new OvfException($"the file '{name}' is not one beside the OVF descriptor, or is compressed or in pieces");
            }

            long capacity = checked(Number(Attribute(disk, "capacity"), 0) * UnitOf(Attribute(disk, "capacityAllocationUnits"), 1));
            GuestBus bus = Value(item, "Parent") is { } parent && controllers.TryGetValue(parent, out XElement? controller)
                ? Value(controller, "ResourceType") switch { IdeController => GuestBus.Ide, OtherStorage => GuestBus.Sata, _ => GuestBus.Scsi }
                : GuestBus.Scsi;
            if (capacity < 1 || read.Count == MaxDisks)
            {
                throw new OvfException(capacity < 1 ? $"the disk '{id}' of the OVF descriptor has no size"
                    : $"the OVF descriptor has more than {MaxDisks} disks");
            }

            read.Add(new OvfDisk(name, capacity, bus, read.Count(one => one.Bus == bus)));
        }

        return read;
    }

    private static Dictionary<string, XElement> ById(XElement envelope, string element, string attribute) =>
        ByKey(envelope.Descendants().Where(one => one.Name.LocalName == element), one => Attribute(one, attribute));

    /// <summary>Those that have a key, the first of each.</summary>
    private static Dictionary<string, XElement> ByKey(IEnumerable<XElement> elements, Func<XElement, string?> key) =>
        elements.Where(one => key(one) is not null).DistinctBy(key).ToDictionary(one => key(one)!);

    private static string? Attribute(XElement element, string name) => element.Attributes().FirstOrDefault(one => one.Name.LocalName == name)?.Value;

    private static string? Value(XElement element, string name) => element.Elements().FirstOrDefault(one => one.Name.LocalName == name)?.Value.Trim();

    private static long Number(string? text, long missing) => text is null ? missing : long.Parse(text, NumberStyles.None);

    private static string? MacOf(XElement item) => Value(item, "Address") is { } text && GuestNetwork.IsMacAddress(text) ? text.ToUpperInvariant() : null;

    /// <summary>Units as <c>byte * 2^20</c>, and the words of older descriptors.</summary>
    private static long UnitOf(string? text, long missing)
    {
        return text?.Trim().ToUpperInvariant() switch
        {
            null => missing,
            _ when Power().Match(text!) is { Success: true } match => 1L << Math.Min(int.Parse(match.Groups[1].ValueSpan, NumberStyles.None), 50),
            "BYTE" or "BYTES" => 1,
            "KB" or "KILOBYTES" => 1 << 10,
            "MB" or "MEGABYTES" => 1 << 20,
            "GB" or "GIGABYTES" => 1 << 30,
            _ => throw new OvfException($"the OVF descriptor counts in '{text}', which is no known unit"),
        };
    }

    [GeneratedRegex(@"^\s*byte\s*\*\s*2\s*\^\s*([0-9]{1,2})\s*$")]
    private static partial Regex Power();
}
