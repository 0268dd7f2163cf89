// SPDX-License-Identifier: MIT

using Vma.Cli.Archives;

namespace Vma.Cli.Repack;

/// <summary>Tells people, on standard error, what an archive became.</summary>
internal class RepackText(Terminal terminal)
{
    protected Terminal Terminal { get; } = terminal;

    public ProgressDisplay Progress() => new(Terminal, "repack", line: null);

    public virtual void Write(RepackRequest request, VmaWriteReport report) =>
        Terminal.Error($"{ArchiveFile.DisplayName(request.Input)}: became an archive of {report.ArchiveBytes} bytes, {report.WrittenBytes} as written");
}

/// <summary>The report of <c>repack</c> as a JSON document.</summary>
internal sealed class RepackJson(Terminal terminal) : RepackText(terminal)
{
    public override void Write(RepackRequest request, VmaWriteReport report) =>
        CreateDocument.Write(Terminal, CreateDocument.From(CreateDocument.RepackVersion, request.Output, request.Options.Seal, report));
}
