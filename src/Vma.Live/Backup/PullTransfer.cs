// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using System.Text.Json.Nodes;
using Vma.Live.Nbd;
using Vma.Live.Qmp;

namespace Vma.Live.Backup;

/// <summary>
/// Fleecing: a backup job without copying puts what the guest overwrites into an image over the live disk; that image, read through
/// QEMU's NBD server, is the disk at the job's start. One transaction starts all jobs at one instant.
/// </summary>
internal sealed class PullTransfer(IQmpMonitor monitor, BackupPlan plan, RunNames names, ScratchSpace scratch, BackupOptions options)
    : DiskTransfer(monitor, plan, names, options)
{
    private const string SocketName = "vma-nbd";

    private readonly string _directory = Directory.CreateTempSubdirectory("vma-").FullName;
    private readonly List<NbdClient> _clients = [];

    // Only QEMU takes connections; closing it here takes its path away.
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private string SocketPath => Path.Combine(_directory, "nbd");

    public override bool MustStop => false;

    public override void Prepare(IReadOnlyList<VmaDeviceWriter> devices)
    {
        // Nodes first: as long as one of them is there, the NBD server is known to be ours.
        for (int i = 0; i < Plan.Disks.Count; i++)
        {
            AddScratchNode(scratch, Names.Name("pull", i), i, backing: Plan.Disks[i].Disk.Node);
        }

        JsonObject address = new() { ["type"] = "unix", ["data"] = new JsonObject { ["path"] = SocketPath } };
        if (Monitor.PassesDescriptors)
        {
            _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
            _listener.Listen();
            Monitor.GiveDescriptor(SocketName, _listener.SafeHandle);
            address = new() { ["type"] = "fd", ["data"] = new JsonObject { ["str"] = SocketName } };
        }

        try
        {
            Monitor.Execute("nbd-server-start", new JsonObject { ["addr"] = address });
        }
        catch (QmpCommandException refused)
        {
            for (int i = 0; i < Plan.Disks.Count; i++)
            {
                Monitor.DeleteNode(Names.Name("pull", i)); // else the cleanup would take the server for ours
            }

            throw new BackupException($"QEMU does not start its NBD server: {refused.Description}", refused);
        }
    }

    public override void TakeInstant()
    {
        var actions = new JsonArray();
        for (int i = 0; i < Plan.Disks.Count; i++)
        {
            actions.Add((JsonNode)new JsonObject
            {
                ["type"] = "blockdev-backup",
                ["data"] = new JsonObject
                {
                    ["device"] = Plan.Disks[i].Disk.Node,
                    ["target"] = Names.Name("pull", i),
                    ["sync"] = "none",
                    ["job-id"] = Names.Name("job", i),
                },
            });
        }

        Monitor.Execute("transaction", new JsonObject { ["actions"] = actions });
    }

    public override void Transfer(VmaWriter writer, IReadOnlyList<VmaDeviceWriter> devices, IProgress<VmaProgress>? progress, CancellationToken cancellationToken)
    {
        Throttle? throttle = Options.BytesPerSecond is { } limit ? new Throttle(limit) : null;
        var sources = new Dictionary<VmaDeviceWriter, IBlockSource>();
        for (int i = 0; i < devices.Count; i++)
        {
            string export = Names.Name("export", i);
            Monitor.Execute("block-export-add", new JsonObject { ["type"] = "nbd", ["id"] = export, ["node-name"] = Names.Name("pull", i), ["name"] = export, ["writable"] = false }, cancellationToken: cancellationToken);
            var client = NbdClient.Connect(NbdUri.ForSocket(SocketPath, export), new NbdClientOptions { ReadOnly = true }, cancellationToken);
            _clients.Add(client);
            sources.Add(devices[i], throttle is null ? client : new ThrottledSource(client, throttle));
        }

        writer.Copy(sources, progress, cancellationToken);
    }

    public override void Dispose()
    {
        base.Dispose();
        _clients.ForEach(client => client.Dispose());
        _listener.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Reads no faster than a limit; the source belongs to somebody else.</summary>
    private sealed class ThrottledSource(IBlockSource source, Throttle throttle) : IBlockSource
    {
        public long Length => source.Length;

        public void ReadAt(long offset, Span<byte> buffer, CancellationToken cancellationToken = default)
        {
            throttle.Take(buffer.Length, cancellationToken);
            source.ReadAt(offset, buffer, cancellationToken);
        }

        public BlockStatus StatusAt(long offset, CancellationToken cancellationToken = default) => source.StatusAt(offset, cancellationToken);

        public void Dispose()
        {
        }
    }
}
