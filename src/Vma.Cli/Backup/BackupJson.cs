// SPDX-License-Identifier: MIT

using System.Text;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Vma.Cli.Archives;
using Vma.Qemu.Backup;

namespace Vma.Cli.Backup;

internal sealed record PlannedDiskElement(string Name, long Size, string Node, bool IoThread);

internal sealed record BackupPlanEvent(
    string Event, string Schema, string Socket, string QemuVersion, string Status, string Method, string Reason, bool Ram,
    IReadOnlyList<PlannedDiskElement> Disks, IReadOnlyList<string> LeftOut, string Config)
{
    public static BackupPlanEvent From(string socket, BackupPlan plan, string method) => new(
        "plan", "vma-backup/1", socket, plan.Machine.Version.ToString(), plan.Machine.Status, method, plan.MethodReason, plan.Ram,
        [.. plan.Disks.Select(disk => new PlannedDiskElement(disk.Name, disk.Disk.Size, disk.Disk.Node, disk.Disk.IoThread))], plan.LeftOut,
        Encoding.UTF8.GetString(plan.Config.Span));
}

internal sealed record BackupStepEvent(string Event, string Message);

internal sealed record BackupProgressEvent(
    string Event, int Percent, long Bytes, long TotalBytes, long ZeroBytes, long Seconds, long BytesPerSecond, long? SecondsLeft)
{
    public static BackupProgressEvent From(VmaProgress progress, int percent, long seconds)
    {
        long rate = progress.Bytes / Math.Max(1, seconds);
        long? left = rate > 0 ? (progress.TotalBytes - progress.Bytes) / rate : null;
        return new("progress", percent, progress.Bytes, progress.TotalBytes, progress.ZeroBytes, seconds, rate, left);
    }
}

internal sealed record BackupDoneEvent(
    string Event, string Archive, string Uuid, bool Sealed, long ArchiveBytes, long WrittenBytes, IReadOnlyList<CreatedElement> Devices)
{
    public static BackupDoneEvent From(string archive, bool isSealed, VmaWriteReport report)
    {
        CreateDocument document = CreateDocument.From(string.Empty, archive, isSealed, report);
        return new("done", archive, document.Uuid, isSealed, document.ArchiveBytes, document.WrittenBytes, document.Devices);
    }
}

/// <summary>Tells what a backup does as JSON events.</summary>
internal sealed class BackupJson(Terminal terminal) : BackupText(terminal, verbose: false)
{
    public override void WriteStart(string socket, BackupPlan plan) => WritePlan(socket, plan);

    public override void WritePlan(string socket, BackupPlan plan) =>
        Write(BackupPlanEvent.From(socket, plan, NameOf(plan.Method)), BackupContracts.Default.BackupPlanEvent);

    public override void WriteStep(string what) => Write(new BackupStepEvent("step", what), BackupContracts.Default.BackupStepEvent);

    public override ProgressDisplay Progress() => new(Terminal, "backup", (progress, percent, seconds) =>
        Write(BackupProgressEvent.From(progress, percent, seconds), BackupContracts.Default.BackupProgressEvent));

    public override void WriteDone(string archive, bool isSealed, VmaWriteReport report) =>
        Write(BackupDoneEvent.From(archive, isSealed, report), BackupContracts.Default.BackupDoneEvent);

    public override void WriteRemoved(IEnumerable<string> removed)
    {
        foreach (string one in removed)
        {
            Write(new BackupStepEvent("removed", one), BackupContracts.Default.BackupStepEvent);
        }
    }

    private void Write<T>(T document, JsonTypeInfo<T> contract) => JsonOutput.Write(Terminal, document, contract);
}

/// <summary>The events of a backup, each on one line; their layout is a promise (docs/scripting.md).</summary>
[JsonSourceGenerationOptions(WriteIndented = false, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BackupPlanEvent))]
[JsonSerializable(typeof(BackupStepEvent))]
[JsonSerializable(typeof(BackupProgressEvent))]
[JsonSerializable(typeof(BackupDoneEvent))]
internal sealed partial class BackupContracts : JsonSerializerContext;
