// SPDX-License-Identifier: MIT

using System.Diagnostics;
using Vma.Failures;
using Vma.Posix;
using Vma.Qemu.Backup;
using Vma.Qemu.Qmp;

namespace Vma.Cli.Backup;

/// <summary>
/// A second process that cleans up in the VM at once when the first is killed: a guest must not stay stopped, nor fill the scratch space. It
/// waits for the end of its input. A byte before that end says that all is well.
/// </summary>
internal sealed class BackupGuard : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly Process? _process;

    /// <summary>Starts the second process. Where that is not possible, the next run cleans up.</summary>
    public BackupGuard(QmpAddress monitor, QmpAddress? agent)
    {
        if (Environment.ProcessPath is not { } program)
        {
            return;
        }

        string[] arguments = ["backup", "--guard", monitor.ToString(), .. agent is null ? (string[])[] : ["--freeze", agent.ToString()]];
        _process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true });
    }

    /// <summary>The work of the second process. Returns its exit code.</summary>
    public static int WaitAndCleanUp(QmpAddress monitor, QmpAddress? agent)
    {
        // A terminal's signals are for the first process.
        _ = LibC.StartSession();
        using (Stream input = StandardStreams.OpenInput())
        {
            if (input.ReadByte() >= 0)
            {
                return ExitCode.Done;
            }
        }

        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using IQmpMonitor client = MonitorConnection.Open(monitor);
                BackupCleanup.Run(client, agent);
                return ExitCode.Done;
            }
            catch (QmpException) when (Stopwatch.GetElapsedTime(start) < Patience)
            {
                Thread.Sleep(Pause);
            }
        }
    }

    /// <summary>Ends the second process.</summary>
    public void Dispose()
    {
        if (_process is null)
        {
            return;
        }

        // Where the second process has ended already, the next run cleans up.
        Attempt.Quietly<IOException>(() =>
        {
            _process.StandardInput.Write('.');
            _process.StandardInput.Close();
            _process.WaitForExit();
        });

        _process.Dispose();
    }
}
