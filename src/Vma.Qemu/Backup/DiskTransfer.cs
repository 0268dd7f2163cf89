// SPDX-License-Identifier: MIT

using System.Text.Json.Nodes;
using Microsoft.Win32.SafeHandles;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Backup;

/// <summary>A way to keep the disks' state of one instant and to bring it into the archive.</summary>
internal abstract class DiskTransfer(IQmpMonitor monitor, BackupPlan plan, BackupNames names, BackupOptions options) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("vma-").FullName;

    protected IQmpMonitor Monitor => monitor;

    protected BackupPlan Plan => plan;

    protected BackupNames Names => names;

    protected BackupOptions Options => options;

    /// <summary>Where the NBD server listens.</summary>
    protected string SocketPath => Path.Combine(_directory, "nbd");

    /// <summary>Whether the guest must be stopped for <see cref="TakeInstant"/>.</summary>
    public abstract bool MustStop { get; }

    /// <summary>Prepares all that takes time, before the instant.</summary>
    public abstract void Prepare(IReadOnlyList<VmaDeviceWriter> devices);

    /// <summary>Begins to keep the disks' state.</summary>
    public abstract void TakeInstant();

    /// <summary>Writes the disks' state into the archive.</summary>
    public abstract void Transfer(VmaWriter writer, IReadOnlyList<VmaDeviceWriter> devices, IProgress<VmaProgress>? progress,
        CancellationToken cancellationToken);

    /// <summary>Asks QEMU whether it still keeps the disks' state. Returns what is wrong, or null.</summary>
    public virtual string? Trouble() => null;

    public virtual void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>Adds an empty image, which takes what the guest overwrites of a disk.</summary>
    protected void AddScratchNode(ScratchSpace scratch, string node, int index, string? backing)
    {
        (SafeFileHandle handle, string path) = scratch.Create(plan.Disks[index].Disk.Size);
        string fileNode = names.Of(BackupNames.ScratchFile, index);
        var file = new JsonObject
        {
            ["driver"] = "file",
            ["node-name"] = fileNode,
            ["filename"] = monitor.PassesDescriptors ? monitor.GiveFile(names.Prefix, handle) : path,
            ["discard"] = "unmap",
        };
        var image = new JsonObject { ["driver"] = "qcow2", ["node-name"] = node, ["file"] = file, ["discard"] = "unmap" };
        if (backing is not null)
        {
            image["backing"] = backing;
        }

        monitor.AddNode(image);
        if (scratch.Threshold is { } threshold)
        {
            BackupWatch.SetThreshold(monitor, fileNode, threshold);
        }
    }

    protected static VmaProgress Total(VmaWriter writer)
    {
        VmaDeviceProgress[] devices = [.. writer.Devices.Select(device => device.Progress)];
        return new VmaProgress(devices.Sum(one => one.Transferred), devices.Sum(one => one.Size), devices.Sum(one => one.ZeroBytes));
    }
}
