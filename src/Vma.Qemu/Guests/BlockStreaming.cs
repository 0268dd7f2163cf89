// SPDX-License-Identifier: MIT

using System.Text.Json;
using System.Text.Json.Nodes;
using Vma.Failures;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Guests;

/// <summary>Copies what images lie on into them while the guest runs: QEMU's <c>block-stream</c>. Then they lie on nothing.</summary>
public static class BlockStreaming
{
    private const string JobPrefix = "vma-stream-";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>Streams images side by side, and returns when all have ended. When it throws, what was begun goes on as long as QEMU does.</summary>
    /// <param name="monitor">QEMU.</param>
    /// <param name="nodes">The images' node names.</param>
    /// <param name="ended">
    /// Gets each node whose stream has ended, with the reason when it failed; without one the image lies on nothing, and all of it was handed to
    /// the file system.
    /// </param>
    /// <param name="progress">Told how many bytes were looked at, by the thread that calls.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="QmpException">QEMU ended, or does not answer.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static void Run(IQmpMonitor monitor, IEnumerable<string> nodes, Action<string, string?> ended, IProgress<VmaProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(monitor);
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(ended);
        Dictionary<string, (long Done, long Total)> jobs = [];
        HashSet<string> running = [];
        foreach (string node in nodes)
        {
            string? refusal = Begin(monitor, node, cancellationToken);
            if (refusal is null)
            {
                running.Add(JobPrefix + node);
            }
            else
            {
                ended(node, refusal);
            }
        }

        while (running.Count > 0)
        {
            QmpEvent? end = monitor.WaitForEvent(
                one => one.Name == "BLOCK_JOB_COMPLETED" && running.Contains(one.Text("device") ?? string.Empty), Interval, cancellationToken);
            if (end is not null)
            {
                string job = end.Text("device")!, node = job[JobPrefix.Length..];
                running.Remove(job);
                long total = end.Data.Number("len") ?? 0;
                jobs[job] = (total, total);
                string? failure = end.Text("error");
                ended(node, failure ?? Flush(monitor, node, cancellationToken));
            }

            foreach (JsonElement job in monitor.Execute("query-block-jobs", cancellationToken: cancellationToken).Items())
            {
                if (job.Text("device") is { } name && running.Contains(name))
                {
                    jobs[name] = (job.Number("offset") ?? 0, job.Number("len") ?? 0);
                }
            }

            progress?.Report(new VmaProgress(jobs.Values.Sum(job => job.Done), jobs.Values.Sum(job => job.Total), 0));
        }
    }

    private static string? Begin(IQmpMonitor monitor, string node, CancellationToken cancellationToken) => OrRefusal(() =>
    {
        monitor.Execute("block-stream", new JsonObject { ["job-id"] = JobPrefix + node, ["device"] = node }, cancellationToken: cancellationToken);
        return null;
    });

    /// <summary>QEMU may still hold tables of an image back when its job has ended, and QMP has no command for it; the old monitor has.</summary>
    private static string? Flush(IQmpMonitor monitor, string node, CancellationToken cancellationToken) => OrRefusal(() =>
    {
        var line = new JsonObject { ["command-line"] = $"qemu-io {node} flush" };
        JsonElement said = monitor.Execute("human-monitor-command", line, cancellationToken: cancellationToken);
        return said.Text() is { Length: > 0 } trouble ? trouble.Trim() : null;
    });

    private static string? OrRefusal(Func<string?> work) => Attempt.Or(work, (QmpCommandException refused) => refused.Description);
}
