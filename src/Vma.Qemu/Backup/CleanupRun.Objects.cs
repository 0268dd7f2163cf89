// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Backup;

/// <content>What runs made in QEMU, found by its names.</content>
internal sealed partial class CleanupRun
{
    private void RemoveExports()
    {
        foreach (string id in Exports())
        {
            Try(() => monitor.Execute("block-export-del", new JsonObject { ["id"] = id, ["mode"] = "hard" }));
            _done.Add($"export {id}");
        }

        Until(() => Exports().Length == 0, "an export");
    }

    private string[] Exports() =>
        [.. monitor.Execute("query-block-exports").Items().Select(export => export.Text("id")).OfType<string>().Where(BackupNames.IsOurs)];

    private void RemoveJobs() => Until(
        () =>
        {
            (string Id, string? Status)[] jobs = [.. monitor.Execute("query-jobs").Items()
                .Select(job => (Id: job.Text("id") ?? string.Empty, Status: job.Text("status"))).Where(job => BackupNames.IsOurs(job.Id))];
            foreach ((string id, string? status) in jobs)
            {
                Try(() => _ = status == "concluded"
                    ? monitor.Execute("job-dismiss", new JsonObject { ["id"] = id })
                    : monitor.Execute("block-job-cancel", new JsonObject { ["device"] = id, ["force"] = true }));
                Tell($"job {id}");
            }

            return jobs.Length == 0;
        },
        "a job");

    private IEnumerable<string> OurNodes() => monitor.Nodes().Select(node => node.Text("node-name")).OfType<string>().Where(BackupNames.IsOurs);

    private void RemoveNodes()
    {
        RemoveNodes(_ => true);
        if (OurNodes().FirstOrDefault() is { } left)
        {
            throw new QmpException($"'{monitor.Name}' does not let go of node {left}");
        }

        foreach (BackupNote note in Notes(BackupNotes.Drive))
        {
            Remove(note);
        }
    }

    /// <summary>Removes nodes, users first; which is whose is found by trying. One goes away some time after its last user.</summary>
    private void RemoveNodes(Func<string, bool> which)
    {
        long start = Stopwatch.GetTimestamp();
        while (OurNodes().Where(which).ToArray() is { Length: > 0 } nodes && Stopwatch.GetElapsedTime(start) <= Patience)
        {
            string[] removed = [.. nodes.Where(node => Try(() => monitor.DeleteNode(node)))];
            foreach (string node in removed)
            {
                Tell($"node {node}");
            }

            if (removed.Length == 0)
            {
                Thread.Sleep(Pause);
            }
        }
    }

    private void RemoveFiles()
    {
        foreach (JsonElement set in monitor.Execute("query-fdsets").Items())
        {
            if (set.Member("fds").Items().Any(file => file.Text("opaque") is { } remark && BackupNames.IsOurs(remark)) && set.Number("fdset-id") is { } id)
            {
                Try(() => monitor.Execute("remove-fd", new JsonObject { ["fdset-id"] = id }));
            }
        }
    }

    private void RemoveBitmaps()
    {
        foreach ((string node, string name) in monitor.Bitmaps().Where(bitmap => BackupNames.IsBitmapOfOneRun(bitmap.Name)))
        {
            Try(() => monitor.RemoveBitmap(node, name));
            Tell($"bitmap {name}");
        }
    }
}
