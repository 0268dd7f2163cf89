// SPDX-License-Identifier: MIT

using Vma.Extents;
using Vma.Input;

namespace Vma.Reading;

/// <summary>One pass over a sound archive: its extents go through the workers, and what was seen of them goes into the report.</summary>
internal sealed class ArchivePass(
    ForwardInput input, VmaManifest manifest, Findings findings, bool readData, bool goOn, IExtentListener? listener = null)
{
    private readonly ExtentFeed _feed = new(input, manifest, readData, goOn, findings.Report) { Listener = listener };

    public ClusterChecks Clusters => _feed.Clusters;

    public void Run(Action<DataExtent> work, int parallelism, IProgress<VmaProgress>? progress, CancellationToken cancellationToken)
    {
        SeenDevice[] selected = [.. Clusters.SelectedDevices];
        long total = selected.Sum(device => Math.Min(device.ClusterCount, uint.MaxValue) * VmaCluster.Size);
        new ExtentPump(_feed, work, Report, cancellationToken).Run(parallelism);
        if (!input.IsAbandoned)
        {
            listener?.OnEnd(findings.AreSound);
        }

        void Report() => progress?.Report(new VmaProgress(selected.Sum(device => device.Bytes), total, selected.Sum(device => device.ZeroBytes)));
    }

    /// <summary>Reports what the archive tells of its extents otherwise than they were found. Only a reader at any place goes by it.</summary>
    public void ReportWrongHints()
    {
        if (input.Hints?.Compare() is { } wrong)
        {
            findings.Report(wrong);
        }
    }

    public VmaReadReport ToReport(bool dataChecked)
    {
        (IReadOnlyList<VmaFault> kept, long errors, long warnings) = findings.Summary();
        return new VmaReadReport
        {
            Manifest = manifest,
            Findings = kept,
            Errors = errors,
            Warnings = warnings,
            Sealed = _feed.IsSealed,
            DataChecked = dataChecked && _feed.AllSealed,
            ArchiveBytes = _feed.Position,
            Devices = [.. Clusters.SelectedDevices.Select(device => device.ToReport())],
        };
    }
}
