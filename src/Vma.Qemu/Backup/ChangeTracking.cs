// SPDX-License-Identifier: MIT

using System.Text.Json.Nodes;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Backup;

/// <summary>
/// Dirty bitmaps: a new one that begins to record at the instant of this backup, and a frozen copy of the one that recorded since the
/// last backup. The original goes on recording until the new archive is whole, so that a backup that fails costs nothing.
/// </summary>
internal sealed class ChangeTracking(IQmpMonitor monitor, BackupPlan plan, BackupNames names, BackupOptions options) : IDisposable
{
    private readonly List<VmaDisk> _opened = [];

    /// <summary>Where the copy of a disk's last bitmap is, and the disk as it was then; null when the disk has to be read in full.</summary>
    public (string Bitmap, VmaDisk Disk)? BaseOf(int index)
    {
        if (options.Base is not { } archive || WhyNoBase(index) is not null)
        {
            return null;
        }

        VmaDisk disk = archive.OpenDisk(plan.Disks[index].Name);
        _opened.Add(disk);
        return (names.Of(BackupNames.OldBitmap, index), disk);
    }

    /// <summary>Which disks are read in full though there is an archive to start from, one line each.</summary>
    public IEnumerable<string> FullReads() => options.Base is null ? []
        : Enumerable.Range(0, plan.Disks.Count).Where(index => !HasBase(index))
            .Select(index => $"{plan.Disks[index].Name} is read in full: {WhyNoBase(index)}");

    private string? WhyNoBase(int index)
    {
        PlannedDisk disk = plan.Disks[index];
        VmaDevice? device = options.Base!.Manifest.FindDevice(disk.Name);
        return plan.Method != BackupMethod.Pull ? $"with {plan.Method} disks are read in full"
            : device is null || device.Size != disk.Disk.Size ? "the base archive has no such disk of this size"
            : !disk.Disk.Bitmaps.Contains(BackupNames.BitmapSince(options.Base.Manifest.Uuid))
                ? "the VM has no whole record of what changed since the base archive"
            : null;
    }

    /// <summary>What goes into the transaction in front of the jobs.</summary>
    public IEnumerable<JsonNode> Before()
    {
        for (int i = 0; i < plan.Disks.Count; i++)
        {
            if (options.TrackAs is not null)
            {
                yield return Add(i, BackupNames.NewBitmap, isRecording: true);
            }

            if (HasBase(i))
            {
                yield return Add(i, BackupNames.OldBitmap, isRecording: false);
            }
        }
    }

    /// <summary>What goes behind the jobs, when no write can come between: else a change could be in neither.</summary>
    public IEnumerable<JsonNode> After() => Enumerable.Range(0, plan.Disks.Count).Where(HasBase).Select(index =>
    {
        var since = new JsonArray(BackupNames.BitmapSince(options.Base!.Manifest.Uuid));
        return Action("block-dirty-bitmap-merge", index, "target", names.Of(BackupNames.OldBitmap, index), since);
    });

    /// <summary>Gives the new bitmaps the name of the new archive. The others stay until it is whole.</summary>
    public void Promote()
    {
        for (int i = 0; options.TrackAs is { } archive && i < plan.Disks.Count; i++)
        {
            // The first records before it takes over: a change in between is in both.
            string final = BackupNames.BitmapSince(archive);
            monitor.Transact([Add(i, final), Action("block-dirty-bitmap-merge", i, "target", final, new JsonArray(names.Of(BackupNames.NewBitmap, i)))]);
        }
    }

    /// <summary>Removes the bitmaps of all other archives.</summary>
    public void ForgetOthers()
    {
        foreach ((string node, string name) in monitor.Bitmaps())
        {
            if (options.TrackAs is { } archive && BackupNames.IsBitmapOfArchive(name) && name != BackupNames.BitmapSince(archive))
            {
                monitor.RemoveBitmap(node, name);
            }
        }
    }

    public void Dispose() => _opened.ForEach(disk => disk.Dispose());

    private bool HasBase(int index) => options.Base is not null && WhyNoBase(index) is null;

    private JsonObject Add(int index, string kind, bool isRecording)
    {
        JsonObject action = Add(index, names.Of(kind, index));
        action["data"]!["disabled"] = !isRecording;
        return action;
    }

    private JsonObject Add(int index, string name) => new()
    {
        ["type"] = "block-dirty-bitmap-add",
        ["data"] = new JsonObject { ["node"] = plan.Disks[index].Disk.Node, ["name"] = name, ["granularity"] = VmaCluster.Size, ["persistent"] = false },
    };

    private JsonObject Action(string type, int index, string key, string name, JsonArray bitmaps) => new()
    {
        ["type"] = type,
        ["data"] = new JsonObject { ["node"] = plan.Disks[index].Disk.Node, [key] = name, ["bitmaps"] = bitmaps },
    };
}
