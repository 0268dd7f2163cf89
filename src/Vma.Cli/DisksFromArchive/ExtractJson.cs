// SPDX-License-Identifier: MIT

using Vma.Cli.Archives;
using Vma.Cli.Disks;

namespace Vma.Cli.DisksFromArchive;

/// <summary>The reports of <c>extract</c> as JSON documents, and nothing else on standard output.</summary>
internal sealed class ExtractJson(Terminal terminal, ExtractRequest request) : ExtractText(terminal, request)
{
    public override void Write(ExtractPlan plan) =>
        PlanDocument.Write(Terminal, Request.File, Request.Directory, plan.LeastStored(), null, plan.Free.Bytes, plan.Files);

    public override void WriteDisk(RestoreTarget target)
    {
    }

    public override void AskForMap(VmaManifest manifest)
    {
    }

    public override ProgressDisplay Progress() => ReadText.Progress(Terminal, "extract", verbose: false);

    public override void Write(VmaReadReport report, IReadOnlyList<VmaConfig> configs, IReadOnlyList<RestoreTarget> targets)
    {
        var document = new ExtractDocument(
            ExtractDocument.Version, Request.File, Request.Directory, report.Manifest.Uuid.ToString("D"), report.Sealed, report.DataChecked,
            [.. configs.Select(ConfigElement.From)],
            [.. report.Devices.Select(one => RestoredElement.From(one, targets.Single(target => target.Device == one.Device)))],
            [.. report.Findings.Select(FindingElement.From)]);
        JsonOutput.Write(Terminal, document, ExtractContract.Default.ExtractDocument);
    }
}
