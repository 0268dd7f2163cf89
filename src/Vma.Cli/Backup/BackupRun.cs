// SPDX-License-Identifier: MIT

using Vma.Cli.Create;
using Vma.Live.Backup;
using Vma.Live.Nbd;
using Vma.Live.Qemu;
using Vma.Live.Qmp;

namespace Vma.Cli.Backup;

/// <summary>One run of <c>vma backup</c>.</summary>
internal sealed class BackupRun(CommandContext context, BackupOutput output)
{
    private static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(60);

    public required QmpAddress Monitor { get; init; }

    public required string Archive { get; init; }

    public required List<(string Name, byte[] Data)> Configs { get; init; }

    public required bool Sync { get; init; }

    public required BackupRequest Request { get; init; }

    public required VmaWriterOptions Writing { get; init; }

    public required BackupOptions Options { get; init; }

    public static int ShowPlan(BackupOutput output, QmpAddress address, BackupRequest request)
    {
        using QmpClient monitor = QmpClient.Connect(address);
        output.Plan(address.ToString(), BackupPlanner.Plan(VirtualMachine.Query(monitor), request), inFull: true);
        return ExitCode.Done;
    }

    public static int CleanUp(BackupOutput output, QmpAddress address, QmpAddress? agent)
    {
        using QmpClient monitor = QmpClient.Connect(address);
        output.Cleaned(BackupCleanup.Run(monitor, agent));
        return ExitCode.Done;
    }

    public int Execute()
    {
        if (output.UsesJson && Archive is "-" or "/dev/stdout")
        {
            throw CommandException.Usage("the archive and the --json events cannot both go to standard output");
        }

        using QmpClient monitor = QmpClient.Connect(Monitor);
        foreach (string removed in BackupCleanup.Run(monitor, Options.FreezeBy))
        {
            output.Step($"left behind by an earlier run, removed: {removed}");
        }

        BackupPlan plan = BackupPlanner.Plan(VirtualMachine.Query(monitor), Request);
        output.Plan(Monitor.ToString(), plan, inFull: false);
        using ArchiveOutput archive = ArchiveOutput.OpenNamed(Archive, Sync, context);
        using var writer = new VmaWriter(archive.Stream, Writing, leaveOpen: true);
        using var cancel = new CancellationTokenSource();
        using var ended = new ManualResetEventSlim();
        Action undo = context.Unfinished.Add(() =>
        {
            cancel.Cancel();
            ended.Wait(CancelPatience);
        });
        VmaWriteReport report;
        try
        {
            Copy(monitor, plan, writer, cancel.Token);
            report = writer.Commit();
            archive.Commit();
        }
        catch (ArgumentException tooMuch)
        {
            throw CommandException.Failed(tooMuch.Message, tooMuch);
        }
        catch (Exception failure) when (failure is (IOException and not (BackupException or QmpException or NbdException)) or UnauthorizedAccessException)
        {
            throw CommandException.Failed($"cannot write '{ArchiveFile.Escape(Archive)}': {archive.Explain(failure) ?? Reason.Of(failure)}", failure);
        }
        finally
        {
            ended.Set();
            context.Unfinished.Finish(static () => { }, undo);
        }

        output.Done(Archive, Writing.Seal, report);
        return ExitCode.Done;
    }

    private void Copy(QmpClient monitor, BackupPlan plan, VmaWriter writer, CancellationToken cancellationToken)
    {
        if (!Configs.Exists(config => config.Name == GuestConfig.FileName))
        {
            writer.AddConfig(GuestConfig.FileName, plan.Config.Span);
        }

        Configs.ForEach(config => writer.AddConfig(config.Name, config.Data));
        var backup = new LiveBackup(monitor, plan, Options with { OnStep = output.Step });
        ProgressDisplay progress = output.Progress();
        using (new BackupGuard(Monitor, Options.FreezeBy))
        {
            backup.Run(writer, progress, cancellationToken);
        }

        progress.Finish();
    }
}
