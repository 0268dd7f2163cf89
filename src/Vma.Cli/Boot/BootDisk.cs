// SPDX-License-Identifier: MIT

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Vma.Cli.Exports;
using Vma.Nbd;
using Vma.Qemu.Guests;
using Vma.Qemu.Images;

namespace Vma.Cli.Boot;

/// <summary>A disk of the archive that the guest gets.</summary>
/// <param name="Served">The disk, as it is served.</param>
/// <param name="Place">Where the guest has it; null when the user says that.</param>
internal sealed partial record BootDisk(ServedDisk Served, GuestDisk? Place)
{
    private const int MaxNodeName = 31;

    public string Name => EscapedText.Of(Served.Export.Name);

    /// <summary>The name that the disk's image has in QEMU.</summary>
    public string Node => Place switch
    {
        { Bus: GuestBus.EfiDisk } => $"image-{Place.Key}",
        { } => Place.DeviceName,
        null when Served.Export.Name.Length <= MaxNodeName && NodeName().IsMatch(Served.Export.Name) => Served.Export.Name,
        null => $"disk{Served.Device.Id}",
    };

    /// <summary>The name that the archive's disk itself has in QEMU.</summary>
    public string BackingNode => $"archive-{Served.Device.Id}";

    /// <summary>What stands for the disk in the name of a file.</summary>
    public string FileName => new VmaName(Served.Export.Name).FileName;

    public QemuOverlay OverlayAt(string path, NbdUri? backing, bool isTemporary) => new(path, Served.Export.Length, backing) { IsTemporary = isTemporary };

    /// <summary>The disk for a guest with a config.</summary>
    public QemuDisk Attach(QemuOverlay image)
    {
        JsonObject node = image.ToNode(BackingNode);
        if (Place!.Bus != GuestBus.EfiDisk)
        {
            return new QemuDisk(Place.Key, node);
        }

        // A flash chip has a size of its own, which a raw node in front of the image gives it.
        node["node-name"] = Node;
        return new QemuDisk(Place.Key, new JsonObject { ["driver"] = "raw", ["file"] = node });
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_.-]*$")]
    private static partial Regex NodeName();
}
