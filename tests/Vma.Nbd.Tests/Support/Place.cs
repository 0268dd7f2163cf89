// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Net.Sockets;
using System.Reflection;
using System.Text;

namespace Vma.Nbd.Tests.Support;

/// <summary>A directory of one test with a short path, and the processes that the test starts. All are gone at its end.</summary>
internal sealed class Place : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<Process> _processes = [];

    public static string RootDirectory { get; } = typeof(Place).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RootDirectory").Value!;

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("vma-nbd-").FullName;

    public string this[string name] => Path.Combine(Directory, name);

    /// <summary>Runs a command to its end; it must succeed. Returns its standard output.</summary>
    public string Run(string command, params string[] arguments)
    {
        (int code, string output, string error) = TryRun(command, arguments);
        return code == 0 ? output : throw new InvalidOperationException($"{command} {string.Join(' ', arguments)} ended with {code}: {error}{output}");
    }

    public (int Code, string Output, string Error) TryRun(string command, params string[] arguments)
    {
        using Process process = Process.Start(Describe(command, arguments))!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{command} {string.Join(' ', arguments)} does not end");
        }

        return (process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Starts a server, and waits until <paramref name="socket"/> is there and takes connections.</summary>
    public Process Start(string socket, string command, params string[] arguments)
    {
        Process process = StartProcess(command, arguments);
        Wait(() => CanConnect(socket), process);
        return process;
    }

    public Process StartProcess(string command, params string[] arguments)
    {
        Process process = new() { StartInfo = Describe(command, arguments) };
        StringBuilder errors = new();
        process.ErrorDataReceived += (_, line) => errors.AppendLine(line.Data);
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        _processes.Add(process);
        return process;
    }

    /// <summary>Polls for something that only shows outside of this process.</summary>
    public static void Wait(Func<bool> condition, Process? process = null)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > Patience || process is { HasExited: true })
            {
                throw new TimeoutException(process is { HasExited: true } ? $"{process.StartInfo.FileName} ended" : "it does not happen");
            }

            Thread.Sleep(10);
        }
    }

    public static bool CanConnect(string socket)
    {
        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
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

    public void Dispose()
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

        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private ProcessStartInfo Describe(string command, string[] arguments) =>
        new(command, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Directory };
}
