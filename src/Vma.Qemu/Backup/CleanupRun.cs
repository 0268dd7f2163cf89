// SPDX-License-Identifier: MIT

using System.Diagnostics;
using Vma.Failures;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Backup;

/// <summary>One execution of <see cref="BackupCleanup"/>: the order, and what all of its steps need.</summary>
internal sealed partial class CleanupRun(IQmpMonitor monitor, QmpAddress? agent)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly IReadOnlyList<BackupNote> _notes = BackupNotes.All(monitor);
    private readonly List<string> _done = [];

    /// <summary>Cleans up, and returns what was removed or put back.</summary>
    public IReadOnlyList<string> Run()
    {
        Resume();
        Thaw();
        bool isPulled = OurNodes().Any(BackupNames.IsPulled);
        RemoveExports();
        if (isPulled)
        {
            Try(() => monitor.Execute("nbd-server-stop"));
        }

        StopMigration();
        RemoveJobs();
        PutDrivesBack();
        RemoveNodes();
        RemoveFiles();
        RemoveBitmaps();
        if (_done.Count > 0 && monitor.Status() == "io-error")
        {
            // The guest was stopped for scratch space that it does not need any more; it tries again what failed.
            monitor.Execute("cont");
        }

        RestoreShutdown();
        return _done;
    }

    private IEnumerable<BackupNote> Notes(string kind) => _notes.Where(note => note.Kind == kind);

    private void Remove(BackupNote note)
    {
        Try(() => BackupNotes.Remove(monitor, note.Id));
        Tell($"note {note.Id}");
    }

    private void Tell(string what)
    {
        if (!_done.Contains(what))
        {
            _done.Add(what);
        }
    }

    /// <summary>False when QEMU refuses: what it is about is gone already, or is looked at again.</summary>
    private static bool Try(Action action) => Attempt.Quietly<QmpCommandException>(action);

    private void Until(Func<bool> reached, string what)
    {
        for (long start = Stopwatch.GetTimestamp(); !reached(); Thread.Sleep(Pause))
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new QmpException($"'{monitor.Name}' does not let go of {what}");
            }
        }
    }
}
