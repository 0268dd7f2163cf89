// SPDX-License-Identifier: MIT

using System.Text.Json.Nodes;
using Vma.Qemu.Images;

namespace Vma.Qemu.Guests;

/// <content>Disks and their controllers.</content>
public sealed partial class QemuArguments
{
    private const int IdsPerController = 7;
    private const int MaxSerialLength = 60;

    private void AddDisk(GuestDisk disk, QemuDisk? data)
    {
        if (data is null && !disk.IsCdrom)
        {
            _notes.Add($"{disk.Key} ({disk.Volume}) is left out: there is no data for it");
            return;
        }

        if (data is not null)
        {
            AddNode(disk.DeviceName, (JsonObject)data.Node.DeepClone());
        }

        // A CD-ROM drive on virtio would be a disk without a medium, which QEMU refuses.
        bool isCdrom = disk.IsCdrom && disk.Bus != GuestBus.Virtio;
        if (disk.IsCdrom && !isCdrom)
        {
            return;
        }

        string drive = data is null ? string.Empty : $",drive={disk.DeviceName}";
        Add("-device", $"{Attachment(disk, isCdrom ? "cd" : "hd")}{drive},id={disk.Key}{BootIndex(disk.Key)}{SerialOf(disk)}");
    }

    private string Attachment(GuestDisk disk, string kind) => disk.Bus switch
    {
        GuestBus.Ide when _config.IsQ35 => $"ide-{kind},bus=ide.{disk.Index}",
        GuestBus.Ide => $"ide-{kind},bus=ide.{disk.Index / 2},unit={disk.Index % 2}",
        GuestBus.Sata => $"ide-{kind},bus={Controller("ahci", "ahci0")}.{disk.Index}",
        GuestBus.Virtio => "virtio-blk-pci" + Thread(disk),
        _ => ScsiAttachment(disk, $"scsi-{kind}"),
    };

    private string ScsiAttachment(GuestDisk disk, string device)
    {
        int index = disk.Index;
        string shared = $"scsihw{index / IdsPerController}";
        return _config.ScsiController switch
        {
            "virtio-scsi-single" =>
                $"{device},bus={Controller("virtio-scsi-pci", $"virtioscsi{index}", Thread(disk))}.0,channel=0,scsi-id=0,lun={index}",
            "virtio-scsi-pci" => $"{device},bus={Controller("virtio-scsi-pci", "scsihw0")}.0,channel=0,scsi-id=0,lun={index}",
            ("megasas" or "pvscsi" or "lsi53c810") and var model => $"{device},bus={Controller(model, shared)}.0,scsi-id={index % IdsPerController}",
            _ => $"{device},bus={Controller("lsi53c895a", shared)}.0,scsi-id={index % IdsPerController}",
        };
    }

    /// <summary>Adds a controller unless it is there; gives its id.</summary>
    private string Controller(string model, string id, string settings = "")
    {
        if (_controllers.Add(id))
        {
            Add("-device", $"{model},id={id}{settings}");
        }

        return id;
    }

    private string Thread(GuestDisk disk)
    {
        if (!disk.IsOn("iothread"))
        {
            return string.Empty;
        }

        Add("-object", $"iothread,id=iothread-{disk.Key}");
        return $",iothread=iothread-{disk.Key}";
    }

    private string BootIndex(string key) => _config.BootPlaceOf(key) is { } place ? $",bootindex={100 + place}" : string.Empty;

    // The config has it percent-encoded; in an option a comma would end the value.
    private static string SerialOf(GuestDisk disk)
    {
        string serial = Uri.UnescapeDataString(disk.Settings.GetValueOrDefault("serial", string.Empty));
        bool isPrintable = serial.Length is > 0 and <= MaxSerialLength && serial.All(character => character is >= ' ' and <= '~');
        return isPrintable && !disk.IsCdrom ? $",serial={QemuQuoting.OptionValue(serial)}" : string.Empty;
    }

    private void AddNode(string name, JsonObject node)
    {
        node["node-name"] = name;
        Add("-blockdev", node.ToJsonString());
    }
}
