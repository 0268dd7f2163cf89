// SPDX-License-Identifier: MIT

using System.Text.Json.Nodes;
using Vma.Nbd;
using Vma.Qemu.Guests;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Backup;

/// <summary>
/// One backup of a running VM. Whatever happens, the VM is left as it was: everything that is made in QEMU has a name that begins with
/// <c>vma-</c>, and is removed at the end, or by the next run.
/// </summary>
public sealed class LiveBackup
{
    private readonly IQmpMonitor _monitor;
    private readonly BackupPlan _plan;
    private readonly BackupOptions _options;
    private readonly BackupNames _names = new();

    /// <summary>A backup by a plan. <see cref="BackupCleanup"/> cleaned the VM up before the plan was made. Nothing happens yet.</summary>
    public LiveBackup(IQmpMonitor monitor, BackupPlan plan, BackupOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(monitor);
        ArgumentNullException.ThrowIfNull(plan);
        (_monitor, _plan, _options) = (monitor, plan, options ?? new BackupOptions());
    }

    /// <summary>
    /// Declares the devices and writes all their clusters as they were at one instant. The configs were declared before; the caller commits the
    /// archive.
    /// </summary>
    /// <param name="writer">The archive.</param>
    /// <param name="progress">Told from time to time, by one thread at a time.</param>
    /// <param name="cancellationToken">Ends the backup.</param>
    /// <exception cref="BackupException">The backup broke off.</exception>
    /// <exception cref="QmpException">QEMU does not answer or refuses.</exception>
    /// <exception cref="IOException">The archive could not be written.</exception>
    public void Run(VmaWriter writer, IProgress<VmaProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(writer);
        // The plan may name a node that such a job had put over a disk.
        BackupException.ThrowIf(BackupCleanup.Run(_monitor, _options.FreezeBy).Count > 0,
            "an earlier run had left something in the VM; it is removed now, and the plan has to be made again");
        BackupException.ThrowIf(_plan.Ram && _monitor.Status() != "running", "the RAM can only be saved of a VM that runs");

        List<VmaDeviceWriter> devices = [.. _plan.Disks.Select(disk => writer.AddDevice(disk.Name, disk.Disk.Size))];
        VmaDeviceWriter? ramDevice = _plan.Ram ? writer.AddDevice("vmstate", Math.Max(_plan.Machine.MemoryBytes, 1 << 20)) : null;
        using GuestAgentClient? agent = _options.FreezeBy is { } address ? GuestAgentClient.Connect(address, cancellationToken: cancellationToken) : null;
        using ScratchSpace? scratch = _plan.Method == BackupMethod.PushDirect ? null
            : new ScratchSpace(_options.ScratchDirectory, _options.ScratchLimit, named: !_monitor.PassesDescriptors);
        using var tracking = new ChangeTracking(_monitor, _plan, _names, _options);
        foreach (string line in tracking.FullReads())
        {
            Tell(line);
        }

        using DiskTransfer transfer = _plan.Method == BackupMethod.Pull
            ? new PullTransfer(_monitor, _plan, _names, tracking, scratch!, _options)
            : new PushTransfer(_monitor, _plan, _names, tracking, scratch, _options);
        using RamTransfer? ram = ramDevice is null ? null : new RamTransfer(_monitor, ramDevice);
        try
        {
            KeepQemuAlive();
            transfer.Prepare(devices);
            ram?.Prepare(_names, _options.BytesPerSecond);
            cancellationToken.ThrowIfCancellationRequested();
            BackupInstant.Take(_monitor, _names, agent, stop: ram is not null || transfer.MustStop, () =>
            {
                transfer.TakeInstant();
                ram?.Begin();
            });
            Read(transfer, ram, scratch, new Target(writer, devices, progress), cancellationToken);
            tracking.Promote();
        }
        finally
        {
            // While our end is still open: a guest that waits for us must not see an error.
            CleanUp();
        }
    }

    /// <summary>
    /// Tells that the archive is whole and has its name: with <see cref="BackupOptions.TrackAs"/>, the records of changes since any other archive are
    /// removed from the VM.
    /// </summary>
    public void Accept()
    {
        if (_options.TrackAs is null)
        {
            return;
        }

        using var tracking = new ChangeTracking(_monitor, _plan, _names, _options);
        try
        {
            tracking.ForgetOthers();
        }
        catch (QmpException failure)
        {
            Tell($"older records of changes stay in the VM: {failure.Message}");
        }
    }

    private void Read(DiskTransfer transfer, RamTransfer? ram, ScratchSpace? scratch, Target target, CancellationToken cancellationToken)
    {
        using var watch = new BackupWatch(_monitor, _names, scratch, transfer, watchJobs: _plan.Method == BackupMethod.Pull, cancellationToken);
        try
        {
            ram?.Finish(watch.Token);
            transfer.Transfer(target.Writer, target.Devices, target.Progress, watch.Token);
            if (transfer.Trouble() is { } trouble)
            {
                throw new BackupException(trouble);
            }
        }
        catch (Exception failure) when (watch.Failure is { } reason && !ReferenceEquals(failure, reason))
        {
            throw new BackupException(reason.Message, failure);
        }
        catch (NbdException failure) when (scratch?.Full() is { } reason)
        {
            throw new BackupException(reason, failure);
        }
    }

    private void CleanUp()
    {
        try
        {
            BackupCleanup.Run(_monitor, _options.FreezeBy);
        }
        catch (QmpException failure)
        {
            Tell($"cannot clean up: {failure.Message}; the next run does");
        }
    }

    /// <summary>A guest that switches itself off meanwhile must not take QEMU with it.</summary>
    private void KeepQemuAlive()
    {
        if (_plan.Machine.Schema.HasCommand("set-action") && QemuProcess.EndsWithGuest(_monitor) == true)
        {
            BackupNotes.Add(_monitor, _names, BackupNotes.Shutdown);
            _monitor.Execute("set-action", new JsonObject { ["shutdown"] = "pause" });
        }
    }

    private void Tell(string step) => _options.OnStep?.Invoke(step);

    private sealed record Target(VmaWriter Writer, IReadOnlyList<VmaDeviceWriter> Devices, IProgress<VmaProgress>? Progress);
}
