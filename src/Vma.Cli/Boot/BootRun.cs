// SPDX-License-Identifier: MIT

using System.Text.Json.Nodes;
using Vma.Cli.Exports;
using Vma.Failures;
using Vma.Nbd;
using Vma.Qemu.Guests;
using Vma.Qemu.Host;
using Vma.Qemu.Qmp;

namespace Vma.Cli.Boot;

/// <summary>A guest that runs from an archive, from its start to its end.</summary>
internal sealed class BootRun(CommandContext context, BootRequest request, BootPlan plan, VmaArchive archive) : IDisposable
{
    /// <summary>How long a guest that was asked to switch itself off gets.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LastRequests = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StatusInterval = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _asked = new();
    private readonly CancellationTokenSource _insisted = new();
    private readonly BootText _text = new(context.Terminal);
    private bool _isStreamed;

    public static int Execute(CommandContext context, BootRequest request)
    {
        if (!request.Print)
        {
            HostProgram.ThrowIfMissing(request.Program, "qemu-system-x86");
            HostProgram.ThrowIfMissing("qemu-img", "qemu-utils");
        }

        using var disks = new ServedDisks(request.Access, context);
        disks.AddAll([request.Archive], []);
        VmaArchive archive = disks.Open(request.Archive);
        var plan = new BootPlan(archive, disks.Disks, request);
        if (request.Print)
        {
            BootScript.Write(context.Terminal, plan, request);
            return ExitCode.Done;
        }

        using var run = new BootRun(context, request, plan, archive);
        return run.Execute();
    }

    /// <summary>Starts the guest, waits for its end, and returns the exit code.</summary>
    private int Execute()
    {
        context.OnSignal = Signal;
        using var qemu = new QemuInstance();
        BootDirectory directory = request.Directory is { } kept ? BootDirectory.Keep(kept, plan.Manifest.Uuid) : BootDirectory.Temporary(qemu.Directory);
        string socket = Path.Combine(qemu.Directory, "nbd.sock");
        var images = plan.Disks.ToDictionary(disk => disk, disk => directory.ImageOf(disk, NbdUri.ForSocket(socket, disk.Served.Export.Name)));
        string? incoming = request.Resume ? QemuInstance.IncomingMemory : null;
        QemuCommandLine command = plan.Build(images, directory.Path, qemu.MonitorPath, incoming);
        _text.WriteNotes(command.Notes);

        var options = new NbdServerOptions { ReadOnly = true, OnFault = new ExportFaults(context.Terminal, [.. plan.Disks.Select(disk => disk.Served)]).Write };
        using var server = new NbdServer(plan.Disks.Select(disk => disk.Served.Export), options);
        server.Listen(socket);
        BootDirectory.Make(images.Values, _asked.Token);
        if (plan.Variables is { } variables)
        {
            directory.MakeVariables(variables.Template);
        }

        _asked.Token.ThrowIfCancellationRequested();
        qemu.Start(request.Program, command.Arguments, request.Resume ? archive.OpenDisk(plan.MemoryState!).OpenStream() : null);
        int exitCode = Follow(qemu, server, directory, [.. images.Where(pair => pair.Value.Backing is not null).Select(pair => pair.Key)]);
        server.Stop(LastRequests);
        _text.ClearLive();
        if (!request.Stream || _isStreamed)
        {
            return exitCode;
        }

        _text.Tell($"'{EscapedText.Of(request.Directory!)}' is unfinished: the overlays in it still need the archive; the same command goes on");
        return exitCode == ExitCode.Done ? ExitCode.Failed : exitCode;
    }

    public void Dispose()
    {
        context.OnSignal = null;
        _asked.Dispose();
        _insisted.Dispose();
    }

    private void Signal()
    {
        if (_asked.IsCancellationRequested)
        {
            _insisted.Cancel();
        }

        _asked.Cancel();
    }

    private int Follow(QemuInstance qemu, NbdServer server, BootDirectory directory, IReadOnlyList<BootDisk> overlays)
    {
        using QmpClient? monitor = qemu.Connect(_insisted.Token);
        if (monitor is not null)
        {
            Task accompanied = Task.Factory.StartNew(
                () => Accompany(monitor, server, directory, overlays), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            try
            {
                qemu.Exited.Wait(_asked.Token);
            }
            catch (OperationCanceledException)
            {
                PowerDown(monitor);
            }

            if (!qemu.Exited.Wait(LastPatience))
            {
                _text.Tell("QEMU does not end by itself and is ended by force");
                qemu.Dispose();
            }

            accompanied.Wait(LastPatience);
        }

        return qemu.Exited.GetAwaiter().GetResult();
    }

    /// <summary>What is to be done while the guest runs.</summary>
    private void Accompany(QmpClient monitor, NbdServer server, BootDirectory directory, IReadOnlyList<BootDisk> overlays)
    {
        try
        {
            if (request.Resume)
            {
                Resume(monitor);
            }

            if (request.Stream)
            {
                StreamIn(monitor, server, directory, overlays);
            }
        }
        catch (QmpCommandException refused)
        {
            _text.Tell($"QEMU refused: {EscapedText.Of(refused.Message)}; the guest goes on as it is");
        }
        catch (Exception end) when (end is QmpException or OperationCanceledException)
        {
            // QEMU has ended, or the user asked for its end.
        }
    }

    /// <summary>A guest that was saved while it was paused stays paused when its RAM is there.</summary>
    private void Resume(QmpClient monitor)
    {
        while (StatusOf(monitor) == "inmigrate")
        {
            _asked.Token.WaitHandle.WaitOne(StatusInterval);
            _asked.Token.ThrowIfCancellationRequested();
        }

        if (StatusOf(monitor) is "paused" or "postmigrate" or "prelaunch")
        {
            monitor.Execute("cont");
        }
    }

    private void StreamIn(QmpClient monitor, NbdServer server, BootDirectory directory, IReadOnlyList<BootDisk> overlays)
    {
        int failed = 0;
        ProgressDisplay progress = _text.Progress();
        var byNode = overlays.ToDictionary(disk => disk.Node);
        BlockStreaming.Run(
            monitor,
            byNode.Keys,
            (node, failure) =>
            {
                failure ??= Doing.Try(() => directory.Finish(byNode[node]));
                failed += failure is null ? 0 : 1;
                string name = byNode[node].Name;
                _text.Tell(failure is null ? $"{name} is streamed in" : $"{name} could not be streamed in: {EscapedText.Of(failure)}");
            },
            progress,
            _asked.Token);
        progress.Finish();
        if (failed == 0)
        {
            foreach (BootDisk disk in overlays)
            {
                monitor.Execute("blockdev-del", new JsonObject { ["node-name"] = disk.BackingNode });
            }

            server.Stop(LastRequests);
            _isStreamed = true;
            _text.Tell($"the disks in '{EscapedText.Of(directory.Path)}' are independent of the archive; the guest goes on without it");
        }

        // A guest that is off does not end this QEMU, so that streaming could come to its end.
        while (monitor.WaitForEvent(one => one.Name == "SHUTDOWN", Grace, _asked.Token) is null)
        {
        }

        monitor.Execute("quit");
    }

    private void PowerDown(QmpClient monitor)
    {
        // It fails when the guest is off already, or the user gave it no more time.
        Attempt.Quietly(
            () =>
            {
                if (StatusOf(monitor) == "running")
                {
                    _text.Tell("the guest is asked to switch itself off; once more ends it at once");
                    monitor.Execute("system_powerdown");
                    monitor.WaitForEvent(one => one.Name == "SHUTDOWN", Grace, _insisted.Token);
                }
            },
            end => end is QmpException or OperationCanceledException);

        Attempt.Quietly<QmpException>(() => monitor.Execute("quit")); // it may have ended
    }

    private static string? StatusOf(QmpClient monitor) => monitor.Execute("query-status").GetProperty("status").GetString();
}
