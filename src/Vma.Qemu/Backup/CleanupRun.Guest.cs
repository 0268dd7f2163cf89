// SPDX-License-Identifier: MIT

using System.Text.Json.Nodes;
using Vma.Failures;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Backup;

/// <content>What notes say that a run changed about the guest.</content>
internal sealed partial class CleanupRun
{
    private void Resume()
    {
        foreach (BackupNote note in Notes(BackupNotes.Stopped))
        {
            if (monitor.Status() is "paused" or "postmigrate" or "finish-migrate")
            {
                Try(() => monitor.Execute("cont"));
            }

            if (monitor.Status() == "running")
            {
                Remove(note);
            }
        }
    }

    private void Thaw()
    {
        foreach (BackupNote note in Notes(BackupNotes.Frozen))
        {
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

            Remove(note);
        }
    }

    private void StopMigration()
    {
        foreach (BackupNote note in Notes(BackupNotes.Migration))
        {
            Try(() => monitor.Execute("migrate_cancel"));
            Until(() => monitor.Execute("query-migrate").Text("status") is null or "none" or "completed" or "failed" or "cancelled", "the saving of the RAM");
            Try(() => monitor.Execute("migrate-set-capabilities", RamTransfer.Capabilities(on: false)));
            if (note.Content.Number("max-bandwidth") is { } bandwidth)
            {
                Try(() => monitor.Execute("migrate-set-parameters", new JsonObject { ["max-bandwidth"] = bandwidth }));
            }

            Remove(note);
        }

        Resume();
    }

    private void PutDrivesBack()
    {
        RemoveNodes(BackupNames.IsAccess);
        foreach (BackupNote note in Notes(BackupNotes.Drive))
        {
            if (note.Content.Text("device") is { } device && note.Content.Text("node") is { } node && HasOurNode(device))
            {
                // A device that was pulled out meanwhile has no drive to put back.
                Try(() => monitor.SetDrive(device, node));
            }
        }
    }

    /// <summary>Whether a device is on a node of ours. QEMU 7.2 ends when a device is given the node that it has.</summary>
    private bool HasOurNode(string device) => monitor.Execute("query-block").Items().Any(drive =>
        drive.Member("inserted").Text("node-name") is { } node && BackupNames.IsOurs(node)
        && drive.Text("qdev") is { } at && (at == device || device == $"/machine/peripheral/{at}" || device == $"/machine/peripheral/{at}/virtio-backend"));

    private void RestoreShutdown()
    {
        foreach (BackupNote note in Notes(BackupNotes.Shutdown))
        {
            monitor.Execute("set-action", new JsonObject { ["shutdown"] = "poweroff" });
            Remove(note);
            if (monitor.Status() == "shutdown")
            {
                // The guest switched itself off meanwhile; QEMU would have ended then.
                _done.Add("the guest is off, and QEMU ends");
                Attempt.Quietly<QmpException>(() => monitor.Execute("quit")); // it can be gone before it answers

                return;
            }
        }
    }
}
