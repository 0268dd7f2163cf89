// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Net.Sockets;

namespace Vma.Testing;

/// <summary>
/// A scratch directory in which programs run; a test whose program is not installed is skipped. Those that are started are gone at the test's end.
/// </summary>
public sealed class Place : Scratch
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<Process> _processes = [];

    /// <summary>Runs a command to its end; it must succeed. Returns its standard output.</summary>
    public string Run(string command, params string[] arguments)
    {
        (int code, string output, string error) = TryRun(command, arguments);
        return code == 0 ? output : throw new InvalidOperationException($"{command} {string.Join(' ', arguments)} ended with {code}: {error}{output}");
    }

    public (int Code, string Output, string Error) TryRun(string command, params string[] arguments) => Tool.Finish(Describe(command, arguments));

    /// <summary>Starts a server, and waits until <paramref name="socket"/> is there and takes connections.</summary>
    public Process Start(string socket, string command, params string[] arguments)
    {
        Process process = StartProcess(command, arguments);
        Wait.Until(() => CanConnect(socket), process);
        return process;
    }

    public Process StartProcess(string command, params string[] arguments)
    {
        ProcessStartInfo start = Describe(command, arguments);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        Process process = Process.Start(start)!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        _processes.Add(process);
        return process;
    }

    public static bool CanConnect(string socket)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(socket));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    protected override void Dispose(bool disposing)
    {
        foreach (Process process in _processes)
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            process.WaitForExit();
            process.Dispose();
        }

        base.Dispose(disposing);
    }

    private ProcessStartInfo Describe(string command, string[] arguments)
    {
        Tool.Need(command);
        return new ProcessStartInfo(command, arguments) { WorkingDirectory = Path };
    }
}
