// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Text.Json.Nodes;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Backup;

/// <summary>Looks after the VM and the scratch space while disks are read, and ends the reading when one of them cannot go on.</summary>
internal sealed class BackupWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AskInterval = TimeSpan.FromSeconds(1);

    private readonly IQmpMonitor _monitor;
    private readonly BackupNames _names;
    private readonly ScratchSpace? _scratch;
    private readonly DiskTransfer _transfer;
    private readonly bool _watchJobs;
    private readonly CancellationTokenSource _cancel;
    private readonly Thread _thread;
    private volatile BackupException? _failure;
    private volatile bool _isOver;

    public BackupWatch(IQmpMonitor monitor, BackupNames names, ScratchSpace? scratch, DiskTransfer transfer, bool watchJobs,
        CancellationToken cancellationToken)
    {
        (_monitor, _names, _scratch, _transfer, _watchJobs) = (monitor, names, scratch, transfer, watchJobs);
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _thread = new Thread(Watch) { IsBackground = true, Name = "watch" };
        _thread.Start();
    }

    /// <summary>Cancelled when the reading has to end.</summary>
    public CancellationToken Token => _cancel.Token;

    /// <summary>Why the reading has to end, or null.</summary>
    public BackupException? Failure => _failure;

    /// <summary>Asks QEMU for an event when a scratch file gets larger than all of them may be. It comes sooner than a look at the files.</summary>
    public static void SetThreshold(IQmpMonitor monitor, string node, long threshold) =>
        monitor.Execute("block-set-write-threshold", new JsonObject { ["node-name"] = node, ["write-threshold"] = threshold });

    private void Watch()
    {
        try
        {
            for (long asked = Stopwatch.GetTimestamp(); !_isOver && _failure is null;)
            {
                QmpEvent? seen = _monitor.WaitForEvent(IsTrouble, Interval, CancellationToken.None);
                string? trouble = _scratch?.Full() ?? Describe(seen);
                if (trouble is null && Stopwatch.GetElapsedTime(asked) > AskInterval)
                {
                    // Not every way to a monitor has events.
                    trouble = _transfer.Trouble();
                    asked = Stopwatch.GetTimestamp();
                }

                if (trouble is not null && !_isOver)
                {
                    Fail(new BackupException(trouble));
                }
            }
        }
        catch (QmpException lost)
        {
            if (!_isOver)
            {
                Fail(new BackupException(lost.Message, lost));
            }
        }
    }

    private void Fail(BackupException failure)
    {
        _failure = failure;
        _cancel.Cancel();
    }

    private bool IsTrouble(QmpEvent seen) => seen.Name switch
    {
        "BLOCK_JOB_ERROR" => _watchJobs && (seen.Text("device") ?? string.Empty).StartsWith(_names.Prefix, StringComparison.Ordinal),
        "BLOCK_WRITE_THRESHOLD" => (seen.Text("node-name") ?? string.Empty).StartsWith(_names.Prefix, StringComparison.Ordinal),
        _ => false,
    };

    private static string? Describe(QmpEvent? seen) => seen?.Name switch
    {
        null => null,
        "BLOCK_WRITE_THRESHOLD" => "the scratch space reached its limit: the guest overwrites faster than the archive is written",
        _ => $"QEMU had an I/O error at the backup of a disk ({seen.Text("operation") ?? "unknown"})",
    };

    public void Dispose()
    {
        _isOver = true;
        _thread.Join();
        _cancel.Dispose();
    }
}
