// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vma.Nbd;
using Vma.Qemu.Host;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Backup;

/// <summary>
/// QEMU writes the disks to NBD servers of ours. With scratch space, filters under the guest's devices keep its state of one instant there, and
/// jobs copy that; without, the jobs read the live disks, and the guest waits until we have what it is about to overwrite.
/// </summary>
internal sealed class PushTransfer(IQmpMonitor monitor, BackupPlan plan, BackupNames names, ChangeTracking tracking, ScratchSpace? scratch,
    BackupOptions options)
    : DiskTransfer(monitor, plan, names, options)
{
    private const int FilterPatience = 45; // seconds that a guest's write waits for the scratch space before the backup is given up

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly List<DeviceTarget> _sinks = [];
    private NbdServer? _server;

    public override bool MustStop => scratch is not null;

    public override void Prepare(IReadOnlyList<VmaDeviceWriter> devices)
    {
        _sinks.AddRange(devices.Take(Plan.Disks.Count).Select(device => new DeviceTarget(device)));
        _server = new NbdServer(_sinks.Select((sink, index) => new NbdExport(Names.Of(BackupNames.Sink, index), source: null, sink)));
        if (!Monitor.PassesDescriptors)
        {
            _server.Listen(SocketPath);
        }

        for (int i = 0; i < _sinks.Count; i++)
        {
            string sink = Names.Of(BackupNames.Sink, i);
            JsonObject server = Monitor.PassesDescriptors ? Connection(sink) : new() { ["type"] = "unix", ["path"] = SocketPath };
            Monitor.AddNode(new JsonObject { ["driver"] = "nbd", ["node-name"] = sink, ["server"] = server, ["export"] = sink });
            if (scratch is not null)
            {
                AddScratchNode(scratch, Names.Of(BackupNames.Fleece, i), i, backing: null);
            }
        }
    }

    public override void TakeInstant()
    {
        if (scratch is null)
        {
            IEnumerable<JsonNode> jobs =
                Plan.Disks.Select((disk, index) => new JsonObject { ["type"] = "blockdev-backup", ["data"] = Job(disk.Disk.Node, index) });
            Monitor.Transact([.. tracking.Before(), .. jobs]);
            return;
        }

        if (tracking.Before().ToArray() is { Length: > 0 } bitmaps)
        {
            Monitor.Transact(bitmaps);
        }

        for (int i = 0; i < _sinks.Count; i++)
        {
            VirtualDisk disk = Plan.Disks[i].Disk;
            string filter = Names.Of(BackupNames.Filter, i);
            BackupNotes.Add(Monitor, Names, BackupNotes.Drive, new JsonObject { ["device"] = disk.DevicePath, ["node"] = disk.Node });
            Monitor.AddNode(new JsonObject
            {
                ["driver"] = "copy-before-write",
                ["node-name"] = filter,
                ["file"] = disk.Node,
                ["target"] = Names.Of(BackupNames.Fleece, i),
                ["on-cbw-error"] = "break-snapshot",
                ["cbw-timeout"] = FilterPatience,
            });
            Monitor.SetDrive(disk.DevicePath!, filter);
            Monitor.AddNode(new JsonObject { ["driver"] = "snapshot-access", ["node-name"] = Names.Of(BackupNames.Access, i), ["file"] = filter });
        }
    }

    public override void Transfer(VmaWriter writer, IReadOnlyList<VmaDeviceWriter> devices, IProgress<VmaProgress>? progress,
        CancellationToken cancellationToken)
    {
        if (scratch is not null)
        {
            // One after the other: the snapshots stay as they are, and the whole speed is for one.
            for (int i = 0; i < _sinks.Count; i++)
            {
                Monitor.Execute("blockdev-backup", Job(Names.Of(BackupNames.Access, i), i), cancellationToken: cancellationToken);
                Await(i, writer, progress, cancellationToken);
            }

            return;
        }

        for (int i = 0; i < _sinks.Count; i++)
        {
            Await(i, writer, progress, cancellationToken);
        }
    }

    public override void Dispose()
    {
        _server?.Dispose();
        base.Dispose();
    }

    private JsonObject Connection(string name)
    {
        (Socket ours, Socket theirs) = UnixSocket.Pair();
        using (theirs)
        {
            Monitor.GiveDescriptor(name, theirs.SafeHandle);
        }

        _server!.Serve(ours);
        return new() { ["type"] = "fd", ["str"] = name };
    }

    private JsonObject Job(string source, int index)
    {
        var job = new JsonObject
        {
            ["device"] = source,
            ["target"] = Names.Of(BackupNames.Sink, index),
            ["sync"] = "full",
            ["job-id"] = Names.Of(BackupNames.CopyJob, index),
            ["auto-dismiss"] = false,
        };
        if (Options.BytesPerSecond is { } limit)
        {
            job["speed"] = scratch is null ? Math.Max(1, limit / _sinks.Count) : limit;
        }

        if (scratch is null && BackupPlanner.HasSafeDirect(Plan.Machine))
        {
            job["on-cbw-error"] = "break-snapshot";
        }

        return job;
    }

    private void Await(int index, VmaWriter writer, IProgress<VmaProgress>? progress, CancellationToken cancellationToken)
    {
        string id = Names.Of(BackupNames.CopyJob, index);
        while (true)
        {
            Monitor.WaitForEvent(
                seen => seen.Name == "JOB_STATUS_CHANGE" && seen.Text("id") == id && seen.Text("status") == "concluded", Interval, cancellationToken);
            JsonElement job = Monitor.Job(id);
            progress?.Report(Total(writer));
            if (job.Text("status") is { } status && status != "concluded")
            {
                continue;
            }

            if (_sinks[index].Failure is { } failure)
            {
                throw failure as IOException ?? new IOException(failure.Message, failure);
            }

            if (job.Text("error") is { } error || (error = job.ValueKind == JsonValueKind.Object ? null : "the job is gone") is not null)
            {
                throw new BackupException(scratch?.Full() ?? $"QEMU could not copy '{Plan.Disks[index].Name}': {error}");
            }

            return;
        }
    }
}
