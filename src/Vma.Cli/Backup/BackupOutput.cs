// SPDX-License-Identifier: MIT

using System.Text;
using Vma.Cli.Console;
using Vma.Qemu.Backup;

namespace Vma.Cli.Backup;

/// <summary>Tells what a backup does: to people, or as JSON events.</summary>
internal sealed class BackupOutput(Terminal terminal, bool json, bool verbose)
{
    public bool UsesJson => json;

    public void Plan(string socket, BackupPlan plan, bool inFull)
    {
        if (json)
        {
            Event(BackupPlanEvent.From(socket, plan), BackupContracts.Default.BackupPlanEvent);
        }
        else if (inFull)
        {
            terminal.WriteLine($"vm: {EscapedText.Of(plan.Machine.Config.Name ?? "-")} QEMU {plan.Machine.Version} {EscapedText.Of(plan.Machine.Status)}");
            terminal.WriteLine($"method: {NameOf(plan.Method)}: {EscapedText.Of(plan.Reason)}");
            foreach (PlannedDisk disk in plan.Disks)
            {
                terminal.WriteLine($"disk: {EscapedText.Of(disk.Name)} size: {disk.Disk.Size} node: {EscapedText.Of(disk.Disk.Node)}{(disk.Disk.IoThread ? " iothread" : string.Empty)}");
            }

            if (plan.Ram)
            {
                terminal.WriteLine($"ram: {plan.Machine.MemoryBytes}");
            }

            foreach (string line in plan.LeftOut)
            {
                terminal.WriteLine($"left out: {EscapedText.Of(line)}");
            }

            terminal.WriteLine("qemu-server.conf:");
            terminal.WriteLine(string.Join('\n', Encoding.UTF8.GetString(plan.Config.Span).TrimEnd('\n').Split('\n').Select(line => "  " + EscapedText.Of(line))));
            terminal.Flush();
        }
        else if (verbose)
        {
            terminal.ErrorLine($"method {NameOf(plan.Method)}: {EscapedText.Of(plan.Reason)}");
        }
    }

    public void Step(string what)
    {
        if (json)
        {
            Event(new BackupStepEvent("step", what), BackupContracts.Default.BackupStepEvent);
        }
        else
        {
            terminal.ErrorLine($"vma: {EscapedText.Of(what)}");
        }
    }

    public ProgressDisplay Progress()
    {
        return new ProgressDisplay(terminal, "backup", json ? AsJson : verbose && !terminal.ErrorIsTerminal ? AsLine : null);

        void AsJson(VmaProgress progress, int percent, long seconds) =>
            Event(BackupProgressEvent.From(progress, percent, seconds), BackupContracts.Default.BackupProgressEvent);

        void AsLine(VmaProgress progress, int percent, long seconds) =>
            terminal.ErrorLine($"progress {percent}% {progress.Bytes}/{progress.TotalBytes} {progress.ZeroBytes}");
    }

    public void Done(string archive, bool isSealed, VmaWriteReport report)
    {
        if (json)
        {
            Event(BackupDoneEvent.From(archive, isSealed, report), BackupContracts.Default.BackupDoneEvent);
        }
        else if (verbose)
        {
            foreach (VmaWrittenDevice device in report.Devices)
            {
                terminal.ErrorLine($"image {device.Device.Name}: size={device.Device.Size} zeros={device.ZeroBytes} saved={device.Device.Size - device.ZeroBytes}");
            }
        }
    }

    public void Cleaned(IReadOnlyList<string> removed)
    {
        foreach (string one in removed)
        {
            if (json)
            {
                Event(new BackupStepEvent("removed", one), BackupContracts.Default.BackupStepEvent);
            }
            else
            {
                terminal.WriteLine($"removed: {EscapedText.Of(one)}");
            }
        }

        terminal.Flush();
    }

    internal static string NameOf(BackupMethod method) => method switch
    {
        BackupMethod.Pull => "pull",
        BackupMethod.PushFleece => "push-fleece",
        _ => "push-direct",
    };

    private void Event<T>(T document, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> contract) => JsonOutput.Write(terminal, document, contract);
}
