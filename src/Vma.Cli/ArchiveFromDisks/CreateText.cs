// SPDX-License-Identifier: MIT

using Vma.Cli.Archives;

namespace Vma.Cli.ArchiveFromDisks;

/// <summary>Tells people what <c>create</c> does: on standard error, since the archive can go to standard output.</summary>
internal class CreateText(Terminal terminal, CreateRequest request)
{
    protected Terminal Terminal { get; } = terminal;

    protected CreateRequest Request { get; } = request;

    public void Tell(string message) => Terminal.Error(message);

    public ProgressDisplay Progress() => WriteText.Progress(Terminal, "create", Request.Verbose);

    /// <summary>Tells what would be done; nothing was written.</summary>
    public virtual void Write(CreatePlan plan)
    {
        Terminal.WriteLines(plan.Disks.Select(disk => $"{disk.Name}: {disk.Size} bytes from {EscapedText.Of(disk.Path)} as {disk.Format}"));

        Terminal.WriteLine($"at most {plan.MostStored} bytes will be stored, before compression; {plan.Free.Bytes} are free");
        Terminal.Flush();
    }

    public virtual void Write(VmaWriteReport report, SourceDisks disks)
    {
        if (Request.Verbose)
        {
            WriteText.WriteDevices(Terminal, report);
        }
    }
}
