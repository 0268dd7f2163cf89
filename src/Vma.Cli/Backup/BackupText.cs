// SPDX-License-Identifier: MIT

using System.Text;
using Vma.Cli.Archives;
using Vma.Qemu.Backup;

namespace Vma.Cli.Backup;

/// <summary>Tells people what a backup does: on standard error, since the archive can go to standard output.</summary>
internal class BackupText(Terminal terminal, bool verbose)
{
    protected Terminal Terminal { get; } = terminal;

    /// <summary>Tells of the plan that the backup now follows.</summary>
    public virtual void WriteStart(string socket, BackupPlan plan)
    {
        if (verbose)
        {
            Terminal.ErrorLine($"method {NameOf(plan.Method)}: {EscapedText.Of(plan.MethodReason)}");
        }
    }

    /// <summary>Tells of a plan that no backup follows.</summary>
    public virtual void WritePlan(string socket, BackupPlan plan)
    {
        Terminal.WriteLine($"vm: {EscapedText.Of(plan.Machine.Config.Name ?? "-")} QEMU {plan.Machine.Version} {EscapedText.Of(plan.Machine.Status)}");
        Terminal.WriteLine($"method: {NameOf(plan.Method)}: {EscapedText.Of(plan.MethodReason)}");
        Terminal.WriteLines(
            from disk in plan.Disks
            let ioThread = disk.Disk.IoThread ? " iothread" : string.Empty
            select $"disk: {EscapedText.Of(disk.Name)} size: {disk.Disk.Size} node: {EscapedText.Of(disk.Disk.Node)}{ioThread}");

        if (plan.Ram)
        {
            Terminal.WriteLine($"ram: {plan.Machine.MemoryBytes}");
        }

        Terminal.WriteLines(plan.LeftOut.Select(line => $"left out: {EscapedText.Of(line)}"));

        Terminal.WriteLine("qemu-server.conf:");
        Terminal.WriteLines(Encoding.UTF8.GetString(plan.Config.Span).TrimEnd('\n').Split('\n').Select(line => "  " + line));

        Terminal.Flush();
    }

    public virtual void WriteStep(string what) => Terminal.Error(EscapedText.Of(what));

    public virtual ProgressDisplay Progress() => WriteText.Progress(Terminal, "backup", verbose);

    public virtual void WriteDone(string archive, bool isSealed, VmaWriteReport report)
    {
        if (verbose)
        {
            WriteText.WriteDevices(Terminal, report);
        }
    }

    /// <summary>What a cleanup removed from the VM.</summary>
    public virtual void WriteRemoved(IEnumerable<string> removed)
    {
        Terminal.WriteLines(removed.Select(one => $"removed: {EscapedText.Of(one)}"));

        Terminal.Flush();
    }

    protected static string NameOf(BackupMethod method) => method switch
    {
        BackupMethod.Pull => "pull",
        BackupMethod.PushFleece => "push-fleece",
        _ => "push-direct",
    };
}
