// SPDX-License-Identifier: MIT

using System.Text;
using System.Text.Json.Nodes;
using Vma.Cli.Create;
using Vma.Nbd;
using Vma.Qemu.Backup;
using Vma.Qemu.Guests;
using Vma.Qemu.Qmp;

namespace Vma.Cli.Backup;

/// <summary>One run of <c>vma backup</c>.</summary>
internal sealed class BackupRun(CommandContext context, BackupOutput output)
{
    private const string CommandLineConfig = "qemu-command.json";

    private static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(60);

    public required QmpAddress Monitor { get; init; }

    public required string Archive { get; init; }

    public required List<(string Name, byte[] Data)> Configs { get; init; }

    public required bool Sync { get; init; }

    public required BackupRequest Request { get; init; }

    public required VmaWriterOptions Writing { get; init; }

    public required BackupOptions Options { get; init; }

    /// <summary>The archive to start from, or null.</summary>
    public string? Base { get; init; }

    public static int ShowPlan(BackupOutput output, QmpAddress address, BackupRequest request)
    {
        using IQmpMonitor monitor = MonitorPlace.Connect(address);
        output.Plan(address.ToString(), BackupPlanner.Plan(VirtualMachine.Query(monitor), request), inFull: true);
        return ExitCode.Done;
    }

    public static int CleanUp(BackupOutput output, QmpAddress address, QmpAddress? agent)
    {
        using IQmpMonitor monitor = MonitorPlace.Connect(address);
        output.Cleaned(BackupCleanup.Run(monitor, agent));
        return ExitCode.Done;
    }

    public int Execute()
    {
        if (output.UsesJson && Archive is "-" or "/dev/stdout")
        {
            throw CommandException.Usage("the archive and the --json events cannot both go to standard output");
        }

        using VmaArchive? old = Base is null ? null : ArchiveFile.Located(Base, () => VmaArchive.Open(Base));
        using IQmpMonitor monitor = MonitorPlace.Connect(Monitor);
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
        var backup = new LiveBackup(monitor, plan, Options with { OnStep = output.Step, Base = old });
        try
        {
            Declare(monitor, plan, writer);
            Copy(backup, writer, cancel.Token);
            report = writer.Commit();
            archive.Commit();
        }
        catch (ArgumentException tooMuch) when (!Reason.IsFileTooLarge(tooMuch))
        {
            throw CommandException.Failed(tooMuch.Message, tooMuch);
        }
        catch (Exception failure) when (Reason.IsFileTooLarge(failure) || failure is (IOException and not (BackupException or QmpException or NbdException)) or UnauthorizedAccessException)
        {
            throw CommandException.Failed($"cannot write '{ArchiveFile.Escape(Archive)}': {archive.Explain(failure) ?? Reason.Of(failure)}", failure);
        }
        finally
        {
            ended.Set();
            context.Unfinished.Finish(static () => { }, undo);
        }

        backup.Accept();
        output.Done(Archive, Writing.Seal, report);
        return ExitCode.Done;
    }

    private void Declare(IQmpMonitor monitor, BackupPlan plan, VmaWriter writer)
    {
        if (!Configs.Exists(config => config.Name == GuestConfig.FileName))
        {
            writer.AddConfig(GuestConfig.FileName, plan.Config.Span);
        }

        if (plan.Ram && QemuProcess.Arguments(monitor) is { } arguments)
        {
            // RAM only fits a machine that is started the same way.
            writer.AddConfig(CommandLineConfig, Encoding.UTF8.GetBytes(new JsonArray([.. arguments.Select(argument => (JsonNode)argument)]).ToJsonString()));
        }

        Configs.ForEach(config => writer.AddConfig(config.Name, config.Data));
    }

    private void Copy(LiveBackup backup, VmaWriter writer, CancellationToken cancellationToken)
    {
        ProgressDisplay progress = output.Progress();
        using (new BackupGuard(Monitor, Options.FreezeBy))
        {
            backup.Run(writer, progress, cancellationToken);
        }

        progress.Finish();
    }
}
