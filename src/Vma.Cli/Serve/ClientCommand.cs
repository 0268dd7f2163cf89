// SPDX-License-Identifier: MIT

using System.Diagnostics;
using Vma.Cli.Exports;
using Vma.Posix;

namespace Vma.Cli.Serve;

/// <summary>The command of <c>--run</c>, usually an NBD client. The server runs as long as the command does.</summary>
internal static class ClientCommand
{
    private const int TerminateSignal = 15; // SIGTERM

    /// <summary>How long the command may take to end after it was asked to.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Runs the command to its end, or ends it when <paramref name="asked"/> is set. Returns its exit code.</summary>
    public static int Run(string command, ServedDisks disks, ServeAddress address, ManualResetEventSlim asked)
    {
        using Process process = Start(command, disks, address);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => asked.Set();
        if (process.HasExited)
        {
            asked.Set();
        }

        asked.Wait();
        if (!process.HasExited)
        {
            _ = LibC.Signal(process.Id, TerminateSignal);
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
            }
        }

        process.WaitForExit();
        return process.ExitCode;
    }

    private static Process Start(string command, ServedDisks disks, ServeAddress address) => ShellCommand.Start(command, start =>
    {
        start.Environment["uri"] = address.UriOf(disks.Disks[0].Export.Name).ToString();
        start.Environment["unixsocket"] = address.Socket;
        start.Environment["port"] = address.Port?.ToString();
        for (int i = 0; i < disks.Disks.Count; i++)
        {
            start.Environment[$"uri{i + 1}"] = address.UriOf(disks.Disks[i].Export.Name).ToString();
        }

        foreach (string ours in InheritedSockets.Variables)
        {
            start.Environment.Remove(ours);
        }
    });
}
