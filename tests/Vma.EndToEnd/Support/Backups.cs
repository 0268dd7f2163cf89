// SPDX-License-Identifier: MIT

using Vma.Qemu.Backup;
using Vma.Qemu.Qmp;

namespace Vma.EndToEnd.Support;

/// <summary>Backups through the library, and what is in them.</summary>
internal static class Backups
{
    public static BackupPlan Make(Guest guest, string archive, BackupRequest? request = null, BackupOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        using QmpClient monitor = guest.Connect();
        BackupCleanup.Run(monitor);
        BackupPlan plan = BackupPlanner.Plan(VirtualMachine.Query(monitor, cancellationToken), request);
        var backup = new LiveBackup(monitor, plan, options ?? new BackupOptions { ScratchDirectory = guest.Directory });
        using var writer = new VmaWriter(File.Create(archive));
        writer.AddConfig("qemu-server.conf", plan.Config.Span);
        backup.Run(writer, cancellationToken: cancellationToken);
        writer.Commit();
        return plan;
    }

    /// <summary>The disks of an archive, as files beside it, by device name.</summary>
    public static Dictionary<string, string> Extract(string archive)
    {
        using var reader = new VmaReader(File.OpenRead(archive));
        var files = reader.Manifest.Devices.ToDictionary(device => device.Name.ToString(), device => $"{archive}.{device.Name}");
        var targets = reader.Manifest.Devices.ToDictionary(device => device, device =>
        {
            File.Delete(files[device.Name.ToString()]);
            return (IBlockTarget)RawDisk.Create(files[device.Name.ToString()], device.Size);
        });
        try
        {
            VmaExtract.Run(reader, targets);
        }
        finally
        {
            foreach (IBlockTarget target in targets.Values)
            {
                target.Dispose();
            }
        }

        return files;
    }

    /// <summary>What of ours is in the VM, which must be nothing.</summary>
    public static IReadOnlyList<string> LeftIn(Guest guest) => BackupCleanup.Run(guest.Test);
}
