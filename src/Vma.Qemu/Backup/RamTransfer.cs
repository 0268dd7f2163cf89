// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.IO.Pipes;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vma.Failures;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Backup;

/// <summary>The RAM and device state at the instant of the disks, while the guest runs on: QEMU's background snapshot, into an archive.</summary>
internal sealed class RamTransfer : IDisposable
{
    private const long Bandwidth = 4L << 30;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private readonly IQmpMonitor _monitor;
    private readonly VmaDeviceWriter _device;
    private readonly AnonymousPipeServerStream _pipe = new(PipeDirection.In, HandleInheritability.None);
    private readonly Thread _reader;
    private volatile Exception? _failure;

    public RamTransfer(IQmpMonitor monitor, VmaDeviceWriter device)
    {
        (_monitor, _device) = (monitor, device);
        _reader = new Thread(ReadAll) { IsBackground = true, Name = "RAM" };
    }

    /// <summary>Prepares all that takes time, before the guest is stopped.</summary>
    public void Prepare(BackupNames names, long? bytesPerSecond)
    {
        string status = _monitor.Execute("query-migrate").Text("status") ?? "none";
        BackupException.ThrowIf(status is not ("none" or "completed" or "failed" or "cancelled"), "the VM is being migrated");

        long? bandwidth = _monitor.Execute("query-migrate-parameters").Number("max-bandwidth");
        BackupNotes.Add(_monitor, names, BackupNotes.Migration, new JsonObject { ["max-bandwidth"] = bandwidth });
        Attempt.Or(() => _monitor.Execute("migrate-set-capabilities", Capabilities(on: true)), (QmpCommandException refused) =>
            throw new BackupException($"the RAM of this VM cannot be saved while it runs: {refused.Description}", refused));

        _monitor.Execute("migrate-set-parameters", new JsonObject { ["max-bandwidth"] = bytesPerSecond ?? Bandwidth });
        _monitor.GiveDescriptor(BackupNames.RamPipe, _pipe.ClientSafePipeHandle);
        _pipe.DisposeLocalCopyOfClientHandle();
    }

    public static JsonObject Capabilities(bool on) =>
        new() { ["capabilities"] = new JsonArray(new JsonObject { ["capability"] = "background-snapshot", ["state"] = on }) };

    /// <summary>Begins with a stopped guest, and returns when it may go on: device state is saved and writes are tracked.</summary>
    public void Begin()
    {
        _monitor.Execute("migrate", new JsonObject { ["uri"] = $"fd:{BackupNames.RamPipe}" });
        _reader.Start();
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            JsonElement state = _monitor.Execute("query-migrate");
            string status = state.Text("status") ?? "none";
            JsonElement ram = state.Member("ram");
            if (status == "failed")
            {
                throw Failed(state);
            }

            if (status == "completed" || (ram.Number("normal") ?? 0) + (ram.Number("duplicate") ?? 0) > 0)
            {
                return;
            }

            BackupException.ThrowIf(Stopwatch.GetElapsedTime(start) > Patience, "QEMU did not begin to save the RAM within a minute");

            Thread.Sleep(Pause);
        }
    }

    /// <summary>Returns when all RAM is in the archive.</summary>
    public void Finish(CancellationToken cancellationToken)
    {
        while (!_reader.Join(Pause * 10))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        if (_failure is { } failure)
        {
            throw failure as IOException ?? new IOException(failure.Message, failure);
        }

        JsonElement state = default;
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < Patience; Thread.Sleep(Pause))
        {
            cancellationToken.ThrowIfCancellationRequested();
            state = _monitor.Execute("query-migrate", cancellationToken: cancellationToken);
            switch (state.Text("status"))
            {
                case "completed":
                    return;
                case "failed" or "cancelled" or "none" or null:
                    throw Failed(state);
            }
        }

        throw Failed(state);
    }

    private static BackupException Failed(JsonElement state) =>
        new($"QEMU could not save the RAM: {state.Text("error-desc") ?? state.Text("status") ?? "no reason given"}");

    private void ReadAll()
    {
        try
        {
            var cluster = new byte[VmaCluster.Size];
            int length = _pipe.ReadAtLeast(cluster, cluster.Length, throwOnEndOfStream: false);
            for (long number = 0; length > 0; number++)
            {
                cluster.AsSpan(length).Clear();
                _device.WriteCluster(number, cluster);
                length = _pipe.ReadAtLeast(cluster, cluster.Length, throwOnEndOfStream: false);
            }
        }
        catch (Exception failure)
        {
            _failure = failure;
        }
    }

    public void Dispose() => _pipe.Dispose();
}
