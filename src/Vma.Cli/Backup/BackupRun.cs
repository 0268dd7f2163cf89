// SPDX-License-Identifier: MIT

using System.Text;
using System.Text.Json.Nodes;
using Vma.Cli.Archives;
using Vma.Nbd;
using Vma.Qemu.Backup;
using Vma.Qemu.Guests;
using Vma.Qemu.Qmp;
using DiskRequest = Vma.Qemu.Backup.BackupRequest;

namespace Vma.Cli.Backup;

/// <summary>One run of <c>vma backup</c>.</summary>
internal sealed class BackupRun(CommandContext context, BackupRequest request, BackupText text)
{
    private const string CommandLineConfig = "qemu-command.json";

    private static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(60);

    private readonly List<(string Name, byte[] Data)> _configs = ConfigFiles.Read(request.Configs);

    public static int ShowPlan(BackupText text, QmpAddress address, DiskRequest disks)
    {
        using IQmpMonitor monitor = MonitorConnection.Open(address);
        BackupPlan plan = BackupPlanner.Plan(VirtualMachine.Query(monitor), disks);
        text.WritePlan(address.ToString(), plan);
        TellNotes(text, plan);
        return ExitCode.Done;
    }

    public static int CleanUp(BackupText text, QmpAddress address, QmpAddress? agent)
    {
        using IQmpMonitor monitor = MonitorConnection.Open(address);
        text.WriteRemoved(BackupCleanup.Run(monitor, agent));
        return ExitCode.Done;
    }

    public int Execute()
    {
        CommandException.UsageIf(request.Json && StandardStreams.IsOutput(request.Archive),
            "the archive and the --json events cannot both go to standard output");

        using VmaArchive? old = request.Base is { } path ? ArchiveFile.Located(path, () => VmaArchive.Open(path)) : null;
        using IQmpMonitor monitor = MonitorConnection.Open(request.Monitor);
        foreach (string removed in BackupCleanup.Run(monitor, request.Options.FreezeBy))
        {
            text.WriteStep($"left behind by an earlier run, removed: {removed}");
        }

        BackupPlan plan = BackupPlanner.Plan(VirtualMachine.Query(monitor), request.Disks);
        text.WriteStart(request.Monitor.ToString(), plan);
        TellNotes(text, plan);
        using var output = ArchiveOutput.Open(request.Archive, request.Sync, context);
        using var cancel = new CancellationTokenSource();
        using var ended = new ManualResetEventSlim();
        Action undo = context.Unfinished.Add(() =>
        {
            cancel.Cancel();
            ended.Wait(CancelPatience);
        });
        VmaWriteReport report;
        var backup = new LiveBackup(monitor, plan, request.Options with { OnStep = text.WriteStep, Base = old });
        try
        {
            report = output.Write($"cannot write '{EscapedText.Of(request.Archive)}'", stream => Write(stream, monitor, plan, backup, cancel.Token));
        }
        finally
        {
            ended.Set();
            context.Unfinished.Finish(static () => { }, undo);
        }

        backup.Accept();
        text.WriteDone(request.Archive, request.Writing.Seal, report);
        return ExitCode.Done;
    }

    private static void TellNotes(BackupText text, BackupPlan plan)
    {
        foreach (string note in plan.Machine.Notes)
        {
            text.WriteStep($"note: {note}");
        }
    }

    private VmaWriteReport Write(Stream stream, IQmpMonitor monitor, BackupPlan plan, LiveBackup backup, CancellationToken cancellationToken)
    {
        using var writer = new VmaWriter(stream, request.Writing, leaveOpen: true);
        try
        {
            Declare(monitor, plan, writer);
            ProgressDisplay progress = text.Progress();
            using (new BackupGuard(request.Monitor, request.Options.FreezeBy))
            {
                backup.Run(writer, progress, cancellationToken);
            }

            progress.Finish();
            return writer.Commit();
        }
        catch (Exception failure) when (failure is BackupException or QmpException or NbdException)
        {
            // The archive could be written: it is the VM that failed.
            throw CommandException.Failed(SystemFailure.OneLine(failure.Message), failure);
        }
    }

    private void Declare(IQmpMonitor monitor, BackupPlan plan, VmaWriter writer)
    {
        if (!_configs.Exists(config => config.Name == GuestConfig.FileName))
        {
            writer.AddConfig(GuestConfig.FileName, plan.Config.Span);
        }

        if (plan.Ram && QemuProcess.Arguments(monitor) is { } arguments)
        {
            // RAM only fits a machine that is started the same way.
            writer.AddConfig(CommandLineConfig, Encoding.UTF8.GetBytes(new JsonArray([.. arguments.Select(argument => (JsonNode)argument)]).ToJsonString()));
        }

        _configs.ForEach(config => writer.AddConfig(config.Name, config.Data));
    }
}
