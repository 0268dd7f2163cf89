// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Backup;

/// <summary>
/// Removes from a VM everything that a backup left in it, and puts back what it changed. It is how each run ends, so that a run that died
/// is cleaned up after in no other way.
/// </summary>
public static class BackupCleanup
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Cleans up.</summary>
    /// <param name="monitor">The VM.</param>
    /// <param name="agent">Where the guest's agent listens, to thaw what a run froze that died at that very moment; null for nowhere.</param>
    /// <returns>What was removed or put back, one line each; empty when there was nothing.</returns>
    /// <exception cref="QmpException">QEMU does not answer, or something cannot be removed.</exception>
    public static IReadOnlyList<string> Run(IQmpMonitor monitor, QmpAddress? agent = null)
    {
        ArgumentNullException.ThrowIfNull(monitor);
        return new Work(monitor, agent).Run();
    }

    private sealed class Work(IQmpMonitor monitor, QmpAddress? agent)
    {
        private readonly List<string> _done = [];

        public List<string> Run()
        {
            IReadOnlyList<(string Id, string Kind, JsonElement Content)> notes = BackupNotes.All(monitor);
            Resume(notes);
            Thaw(notes);
            List<string> nodes = OurNodes();
            RemoveExports();
            if (nodes.Exists(RunNames.IsPulled))
            {
                Try(() => monitor.Execute("nbd-server-stop"));
            }

            StopMigration(notes);
            RemoveJobs();
            PutDrivesBack(notes);
            RemoveNodes();
            RemoveFiles();
            RemoveBitmaps();
            if (_done.Count > 0 && monitor.Status() == "io-error")
            {
                // The guest was stopped for scratch space that it does not need any more; it tries again what failed.
                monitor.Execute("cont");
            }

            RestoreShutdown(notes);
            return _done;
        }

        private void Resume(IReadOnlyList<(string Id, string Kind, JsonElement Content)> notes)
        {
            foreach ((string id, string kind, _) in notes)
            {
                if (kind == BackupNotes.Stopped && monitor.Status() is "paused" or "postmigrate" or "finish-migrate")
                {
                    Try(() => monitor.Execute("cont"));
                }

                if (kind == BackupNotes.Stopped && monitor.Status() == "running")
                {
                    Remove(id);
                }
            }
        }

        private void Thaw(IReadOnlyList<(string Id, string Kind, JsonElement Content)> notes)
        {
            foreach ((string id, string kind, _) in notes)
            {
                if (kind != BackupNotes.Frozen)
                {
                    continue;
                }

                if (agent is null)
                {
                    _done.Add("the guest's file systems may be frozen; guest-fsfreeze-thaw at its agent thaws them");
                    continue;
                }

                using GuestAgentClient client = GuestAgentClient.Connect(agent);
                if (client.IsFrozen())
                {
                    client.Execute("guest-fsfreeze-thaw");
                }

                Remove(id);
            }
        }

        private void RemoveExports()
        {
            string[] exports = Exports();
            foreach (string id in exports)
            {
                Try(() => monitor.Execute("block-export-del", new JsonObject { ["id"] = id, ["mode"] = "hard" }));
                _done.Add($"export {id}");
            }

            Until(() => Exports().Length == 0, "an export");
        }

        private string[] Exports() => [.. Ask("query-block-exports").Items().Select(export => export.Text("id")).OfType<string>().Where(RunNames.IsOurs)];

        private void StopMigration(IReadOnlyList<(string Id, string Kind, JsonElement Content)> notes)
        {
            foreach ((string id, string kind, JsonElement content) in notes)
            {
                if (kind != BackupNotes.Migration)
                {
                    continue;
                }

                Try(() => monitor.Execute("migrate_cancel"));
                Until(() => monitor.Execute("query-migrate").Text("status") is null or "none" or "completed" or "failed" or "cancelled", "the saving of the RAM");
                Try(() => monitor.Execute("migrate-set-capabilities", RamStream.Capabilities(on: false)));
                if (content.Number("max-bandwidth") is { } bandwidth)
                {
                    Try(() => monitor.Execute("migrate-set-parameters", new JsonObject { ["max-bandwidth"] = bandwidth }));
                }

                Remove(id);
            }

            Resume(notes);
        }

        private void RemoveJobs()
        {
            Until(
                () =>
                {
                    (string Id, string? Status)[] jobs = [.. Ask("query-jobs").Items().Select(job => (Id: job.Text("id") ?? string.Empty, Status: job.Text("status"))).Where(job => RunNames.IsOurs(job.Id))];
                    foreach ((string id, string? status) in jobs)
                    {
                        Try(() => _ = status == "concluded"
                            ? monitor.Execute("job-dismiss", new JsonObject { ["id"] = id })
                            : monitor.Execute("block-job-cancel", new JsonObject { ["device"] = id, ["force"] = true }));
                        Note($"job {id}");
                    }

                    return jobs.Length == 0;
                },
                "a job");
        }

        private void PutDrivesBack(IReadOnlyList<(string Id, string Kind, JsonElement Content)> notes)
        {
            RemoveNodes(node => node.Contains("-access-", StringComparison.Ordinal));
            foreach ((string id, string kind, JsonElement content) in notes)
            {
                if (kind == BackupNotes.Drive && content.Text("device") is { } device && content.Text("node") is { } node && HasOurNode(device))
                {
                    // A device that was pulled out meanwhile has no drive to put back.
                    Try(() => monitor.SetDrive(device, node));
                }
            }
        }

        /// <summary>Whether a device is on a node of ours. QEMU 7.2 ends when a device is given the node that it has.</summary>
        private bool HasOurNode(string device) => Ask("query-block").Items().Any(drive =>
            drive.Member("inserted").Text("node-name") is { } node && RunNames.IsOurs(node)
            && drive.Text("qdev") is { } at && (at == device || device == $"/machine/peripheral/{at}" || device == $"/machine/peripheral/{at}/virtio-backend"));

        private List<string> OurNodes() => [.. monitor.NodeNames().Where(RunNames.IsOurs)];

        private void RemoveNodes()
        {
            RemoveNodes(_ => true);
            List<string> left = OurNodes();
            if (left.Count > 0)
            {
                throw new QmpException($"'{monitor.Name}' does not let go of node {left[0]}");
            }

            foreach ((string id, string kind, _) in BackupNotes.All(monitor))
            {
                if (kind == BackupNotes.Drive)
                {
                    Remove(id);
                }
            }
        }

        /// <summary>Removes nodes, users first; which is whose is found by trying. One goes away some time after its last user.</summary>
        private void RemoveNodes(Func<string, bool> which)
        {
            long start = Stopwatch.GetTimestamp();
            while (true)
            {
                List<string> nodes = [.. OurNodes().Where(which)];
                if (nodes.Count == 0 || Stopwatch.GetElapsedTime(start) > Patience)
                {
                    return;
                }

                int removed = nodes.Count(node => Try(() => monitor.DeleteNode(node)) && Note($"node {node}"));
                if (removed == 0)
                {
                    Thread.Sleep(Pause);
                }
            }
        }

        private void RemoveFiles()
        {
            foreach (JsonElement set in Ask("query-fdsets").Items())
            {
                if (set.Member("fds").Items().Any(file => file.Text("opaque") is { } remark && RunNames.IsOurs(remark)) && set.Number("fdset-id") is { } id)
                {
                    Try(() => monitor.Execute("remove-fd", new JsonObject { ["fdset-id"] = id }));
                }
            }
        }

        private void RemoveBitmaps()
        {
            foreach (JsonElement node in monitor.Execute("query-named-block-nodes", new JsonObject { ["flat"] = true }).Items())
            {
                foreach (JsonElement bitmap in node.Member("dirty-bitmaps").Items())
                {
                    if (bitmap.Text("name") is { } name && DirtyBitmaps.IsOfOneRun(name) && node.Text("node-name") is { } owner)
                    {
                        Try(() => monitor.Execute("block-dirty-bitmap-remove", new JsonObject { ["node"] = owner, ["name"] = name }));
                        Note($"bitmap {name}");
                    }
                }
            }
        }

        private void RestoreShutdown(IReadOnlyList<(string Id, string Kind, JsonElement Content)> notes)
        {
            foreach ((string id, string kind, _) in notes)
            {
                if (kind != BackupNotes.Shutdown)
                {
                    continue;
                }

                monitor.Execute("set-action", new JsonObject { ["shutdown"] = "poweroff" });
                Remove(id);
                if (monitor.Status() == "shutdown")
                {
                    // The guest switched itself off meanwhile; QEMU would have ended then.
                    _done.Add("the guest is off, and QEMU ends");
                    try
                    {
                        monitor.Execute("quit");
                    }
                    catch (QmpException)
                    {
                        // It can be gone before it answers.
                    }

                    return;
                }
            }
        }

        private void Remove(string note)
        {
            Try(() => BackupNotes.Remove(monitor, note));
            Note($"note {note}");
        }

        private bool Note(string what)
        {
            if (!_done.Contains(what))
            {
                _done.Add(what);
            }

            return true;
        }

        private JsonElement Ask(string command) => monitor.Execute(command);

        private static bool Try(Action action)
        {
            try
            {
                action();
                return true;
            }
            catch (QmpCommandException)
            {
                return false; // it is gone already, or is looked at again
            }
        }

        private void Until(Func<bool> reached, string what)
        {
            long start = Stopwatch.GetTimestamp();
            while (!reached())
            {
                if (Stopwatch.GetElapsedTime(start) > Patience)
                {
                    throw new QmpException($"'{monitor.Name}' does not let go of {what}");
                }

                Thread.Sleep(Pause);
            }
        }
    }
}
