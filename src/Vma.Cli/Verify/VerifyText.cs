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

    public void WriteFinding(string name, VmaFault fault) => Terminal.Error($"{name}: {ReadText.Labelled(fault)}");

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

        string data = report switch
        {
            { DataChecked: true } => "data checked",
            _ when !readData => "data not read",
            { Sealed: true } => "not all data could be checked",
            _ => "data could not be checked: no seals were seen",
        };
        string verdict = report.Errors == 0 ? "good" : $"DAMAGED, {report.Errors} {(report.Errors == 1 ? "error" : "errors")}";
        Terminal.Error($"{name}: {verdict}; {data}");
    }

    /// <summary>All archives were read.</summary>
    public virtual void Write(IReadOnlyList<VerifiedArchive> archives)
    {
    }
}
