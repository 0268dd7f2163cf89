// SPDX-License-Identifier: MIT

using Vma.Cli.Archives;
using Vma.Cli.Disks;

namespace Vma.Cli.DisksFromArchive;

/// <summary>Tells people, and scripts that read lines, what <c>extract</c> does.</summary>
internal class ExtractText(Terminal terminal, ExtractRequest request)
{
    protected Terminal Terminal { get; } = terminal;

    protected ExtractRequest Request { get; } = request;

    public void Warn(VmaFault finding) => Terminal.Error($"{ArchiveFile.DisplayName(Request.File)}: warning: {finding}");

    /// <summary>Tells the files that an image of the restore map names itself.</summary>
    public void TellOtherFiles(RestoreTarget target) => ImageFiles.Tell(target.Path, "is opened", target.OtherFiles, Terminal.Error);

    /// <summary>Tells what would be done; nothing was written.</summary>
    public virtual void Write(ExtractPlan plan)
    {
        Terminal.WriteLines(plan.Files.Select(disk => $"{disk.Name}: {disk.Size} bytes to {EscapedText.Of(disk.Path)} as {disk.Format}"));

        Terminal.WriteLine($"at least {plan.LeastStored()} bytes will be stored, {plan.Free.Bytes} are free");
        Terminal.Flush();
    }

    /// <summary>A disk that was made.</summary>
    public virtual void WriteDisk(RestoreTarget target)
    {
        if (!Request.Quiet)
        {
            Terminal.WriteLine($"DEVINFO {EscapedText.Of(target.Path)} {target.Device.Size}");
        }
    }

    public void Flush() => Terminal.Flush();

    /// <summary>What the writer of the restore map waits for.</summary>
    public virtual void AskForMap(VmaManifest manifest) => ManifestText.Write(manifest, Terminal);

    public virtual ProgressDisplay Progress() => ReadText.Progress(Terminal, "extract", Request.Verbose);

    public virtual void Write(VmaReadReport report, IReadOnlyList<VmaConfig> configs, IReadOnlyList<RestoreTarget> targets)
    {
        if (Request.Verbose)
        {
            ReadText.WriteTotals(Terminal, report);
        }
    }
}
