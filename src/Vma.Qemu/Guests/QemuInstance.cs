// SPDX-License-Identifier: MIT

using System.Collections;
using System.Diagnostics;
using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;
using Vma.Qemu.Host;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Guests;

/// <summary>
/// A QEMU that ends with us, however we end, and a private directory for its sockets and temporary files that goes with it. QEMU has our standard
/// input and output, and no signal of our terminal reaches it.
/// </summary>
public sealed class QemuInstance : IDisposable
{
    /// <summary>What <c>-incoming</c> gets for RAM state that <see cref="Start"/> is given.</summary>
    public const string IncomingMemory = "fd:4";

    private const string Shell = "/bin/sh";
    private const int CopyLength = 1 << 20;

    // The shell becomes QEMU, so that its exit code and its process are ours to wait for. A line on the lifeline means that QEMU has ended; its
    // end without one that we have, and that QEMU is to end: gently, or, when it does not, by force.
    private const string Script = """
        (
            exec </dev/null >/dev/null 2>&1 4<&-
            read -r _ <&3 && exit
            kill $$
            for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 $$ || exit; sleep 0.5; done
            kill -KILL $$
        ) &
        exec "$@" 3<&-
        """;

    private static readonly TimeSpan MonitorPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(15);

    private readonly PrivateDirectory _directory = new();
    private AnonymousPipeServerStream? _lifeline;
    private Task<int>? _exited;

    /// <summary>A directory of ours alone, whose path is short enough for sockets. It is removed when this is disposed of, or we are gone.</summary>
    public string Directory => _directory.Path;

    /// <summary>Where QEMU is to listen for QMP: what <see cref="QemuOptions.QmpSocket"/> gets.</summary>
    public string MonitorPath => Path.Combine(Directory, "qmp.sock");

    /// <summary>Ends when QEMU has ended, and has its exit code: 128 and the signal's number when a signal ended it.</summary>
    /// <exception cref="InvalidOperationException">It was not started.</exception>
    public Task<int> Exited => _exited ?? throw new InvalidOperationException("QEMU was not started");

    /// <summary>Starts QEMU.</summary>
    /// <param name="program">Its name or path.</param>
    /// <param name="arguments">Its arguments. Those for <see cref="MonitorPath"/> and <see cref="IncomingMemory"/> are the caller's to give.</param>
    /// <param name="memory">RAM state that QEMU reads up to where the state ends; disposed of then. Null for none.</param>
    /// <exception cref="IOException">No process can be made.</exception>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public void Start(string program, IReadOnlyList<string> arguments, Stream? memory = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(program);
        ArgumentNullException.ThrowIfNull(arguments);
        if (_exited is not null)
        {
            throw new InvalidOperationException("QEMU was started before");
        }

        _lifeline = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None);
        AnonymousPipeServerStream? incoming = memory is null ? null : new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None);
        using SafeFileHandle input = Standard(0), output = Standard(1), error = Standard(2);
        try
        {
            string[] vector = ["-c", Script, "sh", program, .. arguments];
            int process = incoming is null
                ? ChildProcess.Spawn(Shell, vector, Environment(), input, output, error, _lifeline.ClientSafePipeHandle)
                : ChildProcess.Spawn(Shell, vector, Environment(), input, output, error, _lifeline.ClientSafePipeHandle, incoming.ClientSafePipeHandle);
            _exited = Task.Factory.StartNew(() => WaitFor(process), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch
        {
            incoming?.Dispose();
            throw;
        }

        _lifeline.DisposeLocalCopyOfClientHandle();
        if (incoming is not null)
        {
            incoming.DisposeLocalCopyOfClientHandle();
            new Thread(() => Feed(memory!, incoming)) { IsBackground = true, Name = "RAM" }.Start();
        }
    }

    /// <summary>Connects to its monitor as soon as it listens; null when it ended before.</summary>
    /// <exception cref="QmpException">It did not listen in time, or does not talk as it should.</exception>
    public QmpClient? Connect(CancellationToken cancellationToken = default)
    {
        long start = Stopwatch.GetTimestamp();
        while (!Exited.IsCompleted)
        {
            try
            {
                return QmpClient.Connect(QmpAddress.ForSocket(MonitorPath), cancellationToken: cancellationToken);
            }
            catch (QmpException) when (Exited.IsCompleted || Stopwatch.GetElapsedTime(start) < MonitorPatience)
            {
                cancellationToken.WaitHandle.WaitOne(Pause);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        return null;
    }

    /// <summary>Ends QEMU if it has not ended yet, and removes the directory.</summary>
    public void Dispose()
    {
        _lifeline?.Dispose();
        _exited?.Wait(LastPatience);
        _directory.Dispose();
    }

    private static SafeFileHandle Standard(int descriptor) => new(descriptor, ownsHandle: false);

    private static IEnumerable<KeyValuePair<string, string>> Environment() => System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Select(entry => new KeyValuePair<string, string>((string)entry.Key, (string?)entry.Value ?? string.Empty));

    private int WaitFor(int process)
    {
        int exitCode = ChildProcess.Wait(process);
        try
        {
            _lifeline!.Write("\n"u8);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // We are ending it, or whoever watches it has ended.
        }

        return exitCode;
    }

    /// <summary>QEMU reads up to the end that it finds in the state; what lies behind that has no reader, and the pipe breaks.</summary>
    private static void Feed(Stream memory, AnonymousPipeServerStream pipe)
    {
        try
        {
            using (memory)
            using (pipe)
            {
                memory.CopyTo(pipe, CopyLength);
            }
        }
        catch (Exception failure) when (failure is IOException or VmaException or ObjectDisposedException)
        {
            // QEMU has all it wants, or finds the state cut short and says so.
        }
    }
}
