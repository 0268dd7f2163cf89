// SPDX-License-Identifier: MIT

using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vma.Failures;

namespace Vma.Qemu.Host;

/// <summary>
/// A program that ends with us, however we end: a shell between us and it holds the end of a pipe, and ends the program when the pipe
/// is closed, by <see cref="End"/> or because our process is gone.
/// </summary>
internal sealed class SupervisedProcess : IDisposable
{
    private const int MaxOutput = 16 << 20;
    private const int MaxError = 64 << 10;

    // The shell keeps no end of the program's pipes, so that their end is the program's. A line asks the program to end. When there is none we are
    // gone, or want the program gone: a qemu-nbd that is asked while it starts can miss it, and stay.
    private const string Script = """
        "$@" </dev/null &
        program=$!
        exec >/dev/null 2>&1 3<&-
        if read -r _; then kill "$program"; else kill -9 "$program"; fi
        wait "$program"
        """;

    /// <summary>Runs a program with the descriptor 3 as the socket on which it is to listen (sd_listen_fds(3)).</summary>
    private const string ListeningScript = "LISTEN_FDS=1 LISTEN_PID=$$ exec \"$@\"";

    private const string RemovingScript = "read -r _; PATH=/usr/bin:/bin; rm -rf -- \"$1\"";

    private readonly int _process;
    private readonly AnonymousPipeServerStream _lifeline;
    private readonly Task<byte[]> _output;
    private readonly Task<byte[]> _error;
    private int? _exitCode;

    private SupervisedProcess(IReadOnlyList<string> arguments, SafeHandle? passed, Sandbox? sandbox = null)
    {
        _lifeline = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None);
        var output = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        var error = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        try
        {
            SafePipeHandle life = _lifeline.ClientSafePipeHandle, toOutput = output.ClientSafePipeHandle, toError = error.ClientSafePipeHandle;
            _process = ChildProcess.Spawn(ChildProcess.Shell, arguments, Environment(), sandbox, life, toOutput, toError, passed);
            _lifeline.DisposeLocalCopyOfClientHandle();
            output.DisposeLocalCopyOfClientHandle();
            error.DisposeLocalCopyOfClientHandle();
        }
        catch
        {
            _lifeline.Dispose();
            output.Dispose();
            error.Dispose();
            throw;
        }

        _output = Collect(output, MaxOutput);
        _error = Collect(error, MaxError);
    }

    /// <summary>The first bytes that the program wrote to standard error. They are complete when it has ended.</summary>
    public string Error => System.Text.Encoding.UTF8.GetString(_error.Result);

    /// <summary>Starts a program.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="passed">An open file that it gets as descriptor 3, or null. It stays open here.</param>
    /// <param name="sandbox">What it may open; null for all that we may.</param>
    public static SupervisedProcess Start(IReadOnlyList<string> command, SafeHandle? passed = null, Sandbox? sandbox = null) =>
        new(["-c", Script, "sh", .. command], passed, sandbox);

    /// <summary>Starts a program that takes connections from a socket of ours. We close our own handle of it.</summary>
    public static SupervisedProcess StartListening(IReadOnlyList<string> command, SafeFileHandle listener, Sandbox? sandbox) =>
        new(["-c", Script, "sh", ChildProcess.Shell, "-c", ListeningScript, "sh", .. command], listener, sandbox);

    /// <summary>Starts a shell that deletes a directory, with all that is in it, when we end.</summary>
    public static SupervisedProcess StartRemoving(string directory) => new(["-c", RemovingScript, "sh", directory], passed: null);

    /// <summary>Waits until the program has ended by itself; gives what it wrote to standard output.</summary>
    public byte[] WaitForOutput(CancellationToken cancellationToken)
    {
        _output.Wait(cancellationToken);
        _error.Wait(cancellationToken);
        return _output.Result;
    }

    /// <summary>Asks the program to end if it has not ended yet, and ends it when it is not gone in time. Gives its exit code.</summary>
    public int End(TimeSpan patience)
    {
        if (_exitCode is null)
        {
            Attempt.Quietly<IOException>(() => _lifeline.Write("\n"u8)); // the shell may be gone
        }

        return Leave(patience);
    }

    /// <summary>Ends the program at once if it has not ended yet. Gives its exit code.</summary>
    public int Kill() => Leave(TimeSpan.FromSeconds(10));

    public void Dispose() => Kill();

    private int Leave(TimeSpan patience)
    {
        if (_exitCode is null)
        {
            _lifeline.Dispose();
            if (!Task.WaitAll([_output, _error], patience))
            {
                ChildProcess.KillGroup(_process);
            }

            _exitCode = ChildProcess.Wait(_process);
        }

        return _exitCode.Value;
    }

    /// <summary>Our environment, without sockets that systemd gave us, and with messages in English.</summary>
    private static Dictionary<string, string> Environment()
    {
        Dictionary<string, string> environment = ChildProcess.Environment();
        environment.Remove("LISTEN_FDS");
        environment.Remove("LISTEN_PID");
        environment["LC_ALL"] = "C";
        return environment;
    }

    /// <summary>Reads a pipe to its end, so that the program never waits for room in it, and keeps the first bytes.</summary>
    private static Task<byte[]> Collect(AnonymousPipeServerStream pipe, int limit) => Task.Factory.StartNew(
        () =>
        {
            using (pipe)
            {
                var kept = new MemoryStream();
                var buffer = new byte[4096];
                // When it fails, what came until then is what there is.
                Attempt.Quietly<IOException>(() =>
                {
                    for (int read = pipe.Read(buffer); read > 0; read = pipe.Read(buffer))
                    {
                        kept.Write(buffer, 0, (int)Math.Min(read, limit - kept.Length));
                    }
                });

                return kept.ToArray();
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);
}
