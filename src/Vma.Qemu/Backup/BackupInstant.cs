// SPDX-License-Identifier: MIT

using Vma.Failures;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Backup;

/// <summary>
/// The moment whose state is backed up. The file systems are frozen and the guest is stopped, as far as each is needed, and both are undone whatever
/// happens.
/// </summary>
internal static class BackupInstant
{
    /// <param name="monitor">The VM.</param>
    /// <param name="names">The names of this run.</param>
    /// <param name="agent">The guest's agent, or null when nothing is to be frozen.</param>
    /// <param name="stop">Whether the guest must not run meanwhile.</param>
    /// <param name="action">What makes the moment.</param>
    public static void Take(IQmpMonitor monitor, BackupNames names, GuestAgentClient? agent, bool stop, Action action)
    {
        if (agent is null)
        {
            Stopped();
            return;
        }

        string note = BackupNotes.Add(monitor, names, BackupNotes.Frozen);
        try
        {
            agent.WhileFrozen(Stopped);
        }
        finally
        {
            if (IsThawed(agent))
            {
                BackupNotes.Remove(monitor, note);
            }
        }

        void Stopped()
        {
            if (stop && monitor.Status() == "running")
            {
                WhileStopped(monitor, names, action);
            }
            else
            {
                action();
            }
        }
    }

    private static bool IsThawed(GuestAgentClient agent) => Attempt.Or(() => !agent.IsFrozen(), (QmpException _) => false);

    private static void WhileStopped(IQmpMonitor monitor, BackupNames names, Action action)
    {
        // Noted before it happens: if we die, the next run lets the guest go on.
        string note = BackupNotes.Add(monitor, names, BackupNotes.Stopped);
        try
        {
            monitor.Execute("stop");
            action();
        }
        finally
        {
            // Some versions let it go on by themselves when they have the RAM's state.
            if (monitor.Status() != "running")
            {
                monitor.Execute("cont");
            }

            BackupNotes.Remove(monitor, note);
        }
    }
}
