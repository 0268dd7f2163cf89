// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using System.Text.Json.Nodes;
using Vma.Nbd;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Backup;

/// <summary>
/// Fleecing: a backup job without copying puts what the guest overwrites into an image over the live disk; that image, read through
/// QEMU's NBD server, is the disk at the job's start. One transaction starts all jobs at one instant.
/// </summary>
internal sealed class PullTransfer(IQmpMonitor monitor, BackupPlan plan, BackupNames names, ChangeTracking tracking, ScratchSpace scratch,
    BackupOptions options)
    : DiskTransfer(monitor, plan, names, options)
{
    private readonly List<NbdClient> _clients = [];

    // Only QEMU takes connections. Closing the socket here removes its path.
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public override bool MustStop => false;

    public override void Prepare(IReadOnlyList<VmaDeviceWriter> devices)
    {
        // Nodes first: as long as one of them is there, the NBD server is known to be ours.
        for (int i = 0; i < Plan.Disks.Count; i++)
        {
            AddScratchNode(scratch, Names.Of(BackupNames.Pulled, i), i, backing: Plan.Disks[i].Disk.Node);
        }

        JsonObject address = new() { ["type"] = "unix", ["data"] = new JsonObject { ["path"] = SocketPath } };
        if (Monitor.PassesDescriptors)
        {
            _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
            _listener.Listen();
            Monitor.GiveDescriptor(BackupNames.NbdSocket, _listener.SafeHandle);
            address = new() { ["type"] = "fd", ["data"] = new JsonObject { ["str"] = BackupNames.NbdSocket } };
        }

        try
        {
            Monitor.Execute("nbd-server-start", new JsonObject { ["addr"] = address });
        }
        catch (QmpCommandException refused)
        {
            for (int i = 0; i < Plan.Disks.Count; i++)
            {
                Monitor.DeleteNode(Names.Of(BackupNames.Pulled, i)); // else the cleanup would take the server for ours
            }

            throw new BackupException($"QEMU does not start its NBD server: {refused.Description}", refused);
        }
    }

    public override void TakeInstant()
    {
        IEnumerable<JsonNode> jobs = Plan.Disks.Select((disk, index) => new JsonObject
        {
            ["type"] = "blockdev-backup",
            ["data"] = new JsonObject
            {
                ["device"] = disk.Disk.Node,
                ["target"] = Names.Of(BackupNames.Pulled, index),
                ["sync"] = "none",
                ["job-id"] = Names.Of(BackupNames.CopyJob, index),
            },
        });
        Monitor.Transact([.. tracking.Before(), .. jobs, .. tracking.After()]);
    }

    public override void Transfer(VmaWriter writer, IReadOnlyList<VmaDeviceWriter> devices, IProgress<VmaProgress>? progress,
        CancellationToken cancellationToken)
    {
        Throttle? throttle = Options.BytesPerSecond is { } limit ? new Throttle(limit) : null;
        var sources = new Dictionary<VmaDeviceWriter, IBlockSource>();
        for (int i = 0; i < devices.Count; i++)
        {
            string export = Names.Of(BackupNames.Export, i);
            (string Bitmap, VmaDisk Disk)? old = tracking.BaseOf(i);
            Monitor.Execute("block-export-add", Export(i, export, old?.Bitmap), cancellationToken: cancellationToken);
            string context = $"qemu:dirty-bitmap:{old?.Bitmap}";
            var options = new NbdClientOptions { ReadOnly = true, MetaContexts = old is null ? [] : [context] };
            var client = NbdClient.Connect(NbdUri.ForSocket(SocketPath, export), options, cancellationToken);
            _clients.Add(client);
            IBlockSource source = throttle is null ? client : throttle.LimitReads(client);
            if (old is { } then)
            {
                var changed = ChangedSource.Open(client, source, context, then.Disk, cancellationToken);
                Options.OnStep?.Invoke($"{Plan.Disks[i].Name}: {changed.Changed} of {devices[i].Device.ClusterCount} clusters changed");
                source = changed;
            }

            sources.Add(devices[i], source);
        }

        writer.Copy(sources, progress, cancellationToken);
    }

    public override string? Trouble()
    {
        HashSet<string> jobs =
            [.. Monitor.Execute("query-jobs").Items().Where(job => job.Text("status") != "concluded").Select(job => job.Text("id")).OfType<string>()];
        int lost = Enumerable.Range(0, Plan.Disks.Count).FirstOrDefault(index => !jobs.Contains(Names.Of(BackupNames.CopyJob, index)), -1);
        return lost < 0 ? null : $"QEMU gave up keeping the state of '{Plan.Disks[lost].Name}': it had an I/O error at the disk or at its scratch file";
    }

    public override void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        _listener.Dispose();
        base.Dispose();
    }

    private JsonObject Export(int index, string name, string? bitmap)
    {
        string node = Names.Of(BackupNames.Pulled, index);
        var export = new JsonObject { ["type"] = "nbd", ["id"] = name, ["node-name"] = node, ["name"] = name, ["writable"] = false };
        if (bitmap is not null)
        {
            bool namesNode = Plan.Machine.Schema.HasArgument("block-export-add", "bitmaps/node", "nbd");
            export["bitmaps"] = new JsonArray(namesNode ? new JsonObject { ["node"] = Plan.Disks[index].Disk.Node, ["name"] = bitmap }
                : JsonValue.Create(bitmap));
        }

        return export;
    }
}
