// SPDX-License-Identifier: MIT

using Vma.Cli.Archives;

namespace Vma.Cli.Verify;

/// <summary>Tells people what <c>verify</c> finds: on standard error, and on standard output what <c>-v</c> adds.</summary>
internal class VerifyText(Terminal terminal, bool verbose)
{
    protected Terminal Terminal { get; } = terminal;

    public void WriteHeader(VmaManifest manifest)
    {
        if (verbose)
        {
            ManifestText.Write(manifest, Terminal);
        }
    }

    public ProgressDisplay Progress() => ReadText.Progress(Terminal, "verify", verbose);

    /// <summary>Writes the findings of an archive; with <c>-v</c> each of them.</summary>
    public FindingLines Findings(string name) => new(finding => Terminal.Error($"{name}: {ReadText.Labelled(finding)}"), verbose);

    public void WriteError(string message) => Terminal.Error(message);

    public void WriteVerdict(string name, VmaReadReport report, bool readData)
    {
        if (verbose)
        {
            ReadText.WriteTotals(Terminal, report);
        }

        foreach (VmaReadDevice device in report.Devices.Where(device => report.Errors > 0))
        {
            Terminal.Error(
                $"{name}: device '{device.Device.Name}': {device.Clusters} clusters good, {device.MissingClusters} missing, "
                + $"{device.DamagedClusters} damaged, {device.StoredBytes} bytes stored");
        }

        Terminal.Error($"{name}: {Verdict(report)}{Data(report, readData)}");
    }

    /// <summary>All archives were read.</summary>
    public virtual void Write(IReadOnlyList<VerifiedArchive> archives)
    {
    }

    /// <summary>Without checksums nothing is known of the data, so such an archive is never just called good.</summary>
    private static string Verdict(VmaReadReport report) => report switch
    {
        { Errors: > 0 } => $"DAMAGED, {report.Errors} {(report.Errors == 1 ? "error" : "errors")}; ",
        { Sealed: true } => "good; ",
        _ => "structure good, ",
    };

    private static string Data(VmaReadReport report, bool readData) => report switch
    {
        { DataChecked: true } => "data checked",
        _ when !readData => "data not read",
        { Sealed: true } => "not all data could be checked",
        { Errors: 0 } => "data unchecked",
        _ => "data could not be checked: no seals were seen",
    };
}
