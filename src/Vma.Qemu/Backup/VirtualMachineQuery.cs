// SPDX-License-Identifier: MIT

using System.Text.Json;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Backup;

/// <summary>Asks QEMU for what a backup has to know of a VM.</summary>
internal sealed class VirtualMachineQuery(IQmpMonitor monitor, CancellationToken cancellationToken)
{
    private const string BackendSuffix = "/virtio-backend";
    private const string NoNode = "QEMU has no block node for it";

    // What the guest sees as a disk and QEMU has no block node for: another process, the kernel or mapped memory holds the data.
    private static readonly string[] UnseenTypes = ["vhost-user-blk", "vhost-user-scsi", "vhost-scsi", "nvdimm", "virtio-pmem"];

    private readonly ObjectTree _objects = new(monitor, cancellationToken);

    public VirtualMachine Run()
    {
        bool hasIoThreads = Ask("query-iothreads").Items().Any();
        JsonElement[] drives = [.. Ask("query-block").Items()];
        IReadOnlyList<VirtualDisk> disks = DiskPlaces.Give([.. drives.Select(drive => ReadDrive(drive, hasIoThreads)).OfType<VirtualDisk>()]);
        var guest = new GuestQuery(_objects, Ask);
        return new VirtualMachine
        {
            Version = QmpMessage.VersionOf(Ask("query-version").Member("qemu")),
            Schema = new QmpSchema(Ask("query-qmp-schema")),
            HasKvm = Ask("query-kvm").IsTrue("enabled"),
            Status = Ask("query-status").Text("status") ?? "unknown",
            Disks = disks,
            UnseenDisks =
                [.. drives.Select(UnseenDrive).OfType<UnseenDisk>(), .. UnseenDevices("/machine/peripheral"), .. UnseenDevices("/machine/peripheral-anon")],
            Config = guest.Config([.. disks.Where(disk => disk.Place is not null)]),
            MemoryBytes = guest.MemoryBytes,
            Notes = guest.Notes,
        };
    }

    private VirtualDisk? ReadDrive(JsonElement drive, bool hasIoThreads)
    {
        JsonElement medium = drive.Member("inserted");
        long size = medium.Member("image").Number("virtual-size") ?? 0;
        if (medium.Text("node-name") is not { } node || size <= 0)
        {
            return null;
        }

        string? path = DevicePath(drive.Text("qdev"));
        return new VirtualDisk(node, size)
        {
            HostName = drive.Text("device") is { Length: > 0 } name ? name : null,
            DeviceName = NameOf(drive.Text("qdev")),
            DevicePath = path,
            DeviceType = path is null ? null : _objects.Text(path, "type"),
            ControllerType = Controller(path) is { } controller ? _objects.Text(controller, "type") : null,
            ReadOnly = medium.IsTrue("ro"),
            IoThread = hasIoThreads && UsesIoThread(path),
            Bitmaps = [.. medium.Member("dirty-bitmaps").Items().Where(bitmap => bitmap.IsTrue("recording") && !bitmap.IsTrue("inconsistent"))
                .Select(bitmap => bitmap.Text("name")).OfType<string>()],
        };
    }

    /// <summary>A drive with a writable medium that <see cref="ReadDrive"/> cannot use.</summary>
    private UnseenDisk? UnseenDrive(JsonElement drive)
    {
        JsonElement medium = drive.Member("inserted");
        string? node = medium.Text("node-name");
        if (medium.ValueKind != JsonValueKind.Object || medium.IsTrue("ro") || (node is not null && medium.Member("image").Number("virtual-size") > 0))
        {
            return null;
        }

        string? device = drive.Text("qdev"), host = drive.Text("device") is { Length: > 0 } name ? name : null;
        string type = (device is null ? null : _objects.Text(PathOf(device), "type")) ?? "drive";
        return new UnseenDisk(NameOf(device) ?? host ?? device ?? node ?? type, type, node is null ? NoNode : "QEMU tells no size of it");
    }

    /// <summary>A transport can have a name that tells nothing.</summary>
    private IEnumerable<UnseenDisk> UnseenDevices(string parent) =>
        from device in _objects.Children(parent)
        where IsUnseen(device.Type)
            || (device.Type.Contains("-pci", StringComparison.Ordinal) && IsUnseen(_objects.Text(device.Path + BackendSuffix, "type")))
        select new UnseenDisk(NameOf(device.Path) ?? device.Path, device.Type, NoNode);

    private static bool IsUnseen(string? type) => UnseenTypes.Any(one => type?.StartsWith(one, StringComparison.Ordinal) == true);

    // QEMU gives a device's id when it has one, else its path.
    private static string PathOf(string device) => device.StartsWith('/') ? device : $"/machine/peripheral/{device}";

    private string? DevicePath(string? device)
    {
        if (device is null)
        {
            return null;
        }

        string path = PathOf(device);
        if (_objects.Text(path + BackendSuffix, "type") is not null)
        {
            path += BackendSuffix;
        }

        return _objects.Get(path, "drive").ValueKind == JsonValueKind.String ? path : null;
    }

    /// <summary>Whether a device or its controller has a thread; a device that cannot be asked may have one.</summary>
    private bool UsesIoThread(string? path) =>
        path is null || HasThread(path) || (Controller(path) is { } controller && HasThread(controller));

    private string? Controller(string? path) =>
        path is not null && _objects.Text(path, "parent_bus") is { } bus && bus.LastIndexOf('/') is > 0 and var cut ? bus[..cut] : null;

    private bool HasThread(string path) =>
        _objects.Text(path, "iothread") is not null || _objects.Get(path, "iothread-vq-mapping").ValueKind is JsonValueKind.Array or JsonValueKind.Object;

    private static string? NameOf(string? device)
    {
        string[] parts = (device ?? string.Empty).Split('/', StringSplitOptions.RemoveEmptyEntries);
        int peripheral = Array.IndexOf(parts, "peripheral");
        return parts.Length == 1 ? parts[0] : peripheral >= 0 && peripheral + 1 < parts.Length ? parts[peripheral + 1] : null;
    }

    private JsonElement Ask(string command) => monitor.Execute(command, cancellationToken: cancellationToken);
}
