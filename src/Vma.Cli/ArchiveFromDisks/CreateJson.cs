// SPDX-License-Identifier: MIT

using Vma.Cli.Archives;

namespace Vma.Cli.ArchiveFromDisks;

/// <summary>The reports of <c>create</c> as JSON documents, beside what it tells people.</summary>
internal sealed class CreateJson(Terminal terminal, CreateRequest request) : CreateText(terminal, request)
{
    public override void Write(CreatePlan plan) => PlanDocument.Write(Terminal, null, Request.Archive, null, plan.MostStored, plan.Free.Bytes, plan.Disks);

    public override void Write(VmaWriteReport report, SourceDisks disks)
    {
        base.Write(report, disks);
        CreateDocument.Write(Terminal, CreateDocument.From(
            CreateDocument.Version, Request.Archive, Request.Options.Seal, report, [.. disks.All.Select(disk => disk.OtherFiles)]));
    }
}
