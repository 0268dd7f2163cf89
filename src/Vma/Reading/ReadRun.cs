// SPDX-License-Identifier: MIT

using Vma.Format;
using Vma.Input;

namespace Vma.Reading;

/// <summary>One pass over the archive: feed, workers, progress and report.</summary>
internal sealed class ReadRun
{
    private const int MaxWorkers = 4;

    private readonly VmaManifest _manifest;
    private readonly Findings _findings;
    private readonly ExtentFeed _feed;

    public ReadRun(ForwardInput input, VmaManifest manifest, Findings findings, bool readData, bool goOn, Func<byte, VmaDevice>? invent = null)
    {
        _manifest = manifest;
        _findings = findings;
        _feed = new ExtentFeed(input, manifest, readData, goOn, findings.Report, invent);
    }

    public ClusterChecks Tallies => _feed.Clusters;

    public void Select(Func<VmaDevice, bool> isSelected)
    {
        foreach (DeviceTally tally in Tallies.Tallies)
        {
            tally.IsSelected = isSelected(tally.Device);
        }
    }

    public void Execute(Action<ExtentUnit> work, IProgress<VmaProgress>? progress, CancellationToken cancellationToken)
    {
        DeviceTally[] selected = [.. Tallies.Tallies.Where(tally => tally.IsSelected)];
        long total = selected.Sum(tally => Math.Min(tally.Device.ClusterCount, uint.MaxValue) * VmaLayout.ClusterSize);
        var pump = new ExtentPump(
            unit =>
            {
                bool more = _feed.Next(unit);
                progress?.Report(new VmaProgress(selected.Sum(tally => tally.Bytes), total, selected.Sum(tally => tally.ZeroBytes)));
                return more;
            },
            work,
            cancellationToken);
        pump.Run(Math.Clamp(Environment.ProcessorCount, 1, MaxWorkers));
    }

    public VmaReadReport ToReport(bool dataChecked)
    {
        (IReadOnlyList<VmaFault> kept, long errors, long warnings) = _findings.Summary();
        return new VmaReadReport
        {
            Manifest = _manifest,
            Findings = kept,
            Errors = errors,
            Warnings = warnings,
            Sealed = _feed.IsSealed,
            DataChecked = dataChecked && _feed.AllSealed,
            ArchiveBytes = _feed.Position,
            Devices = [.. Tallies.Tallies.Where(tally => tally.IsSelected).Select(tally => tally.ToReport())],
        };
    }
}
