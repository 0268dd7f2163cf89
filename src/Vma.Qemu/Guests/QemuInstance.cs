// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.IO.Pipes;
using Vma.Failures;
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

    private const int CopyLength = 1 << 20;

    private static readonly TimeSpan MonitorPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly PrivateDirectory _directory = new();
    private AttachedProcess? _process;

    /// <summary>A directory of ours alone, whose path is short enough for sockets. It is removed when this is disposed of, or we are gone.</summary>
    public string Directory => _directory.Path;

    /// <summary>Where QEMU is to listen for QMP: what <see cref="QemuOptions.QmpSocket"/> gets.</summary>
    public string MonitorPath => Path.Combine(Directory, "qmp.sock");

    /// <summary>Ends when QEMU has ended, and has its exit code: 128 and the signal's number when a signal ended it.</summary>
    /// <exception cref="InvalidOperationException">It was not started.</exception>
    public Task<int> Exited => _process?.Exited ?? throw new InvalidOperationException("QEMU was not started");

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
        InvalidOperationException.ThrowIf(_process is not null, "QEMU was started before");

        AnonymousPipeServerStream? incoming = memory is null ? null : new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None);
        try
        {
            _process = new AttachedProcess(program, arguments, incoming?.ClientSafePipeHandle);
        }
        catch
        {
            incoming?.Dispose();
            throw;
        }

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
        _process?.Dispose();
        _directory.Dispose();
    }

    /// <summary>QEMU reads up to the end that it finds in the state; what lies behind that has no reader, and the pipe breaks.</summary>
    private static void Feed(Stream memory, AnonymousPipeServerStream pipe)
    {
        // It fails when QEMU has read all that it needs, or finds that the state ends too early and says so.
        Attempt.Quietly(
            () =>
            {
                using (memory)
                using (pipe)
                {
                    memory.CopyTo(pipe, CopyLength);
                }
            },
            failure => failure is IOException or VmaException or ObjectDisposedException);
    }
}
