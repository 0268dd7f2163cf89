// SPDX-License-Identifier: MIT

namespace Vma.Cli.Archives;

/// <summary>The lines that end <c>extract -v</c> and <c>verify -v</c>, and their progress lines.</summary>
internal static class ReadText
{
    /// <summary>
    /// Progress as lines on standard output. On a terminal the live line stands for them, unless standard output goes elsewhere: then
    /// some program reads it.
    /// </summary>
    public static ProgressDisplay Progress(Terminal terminal, string verb, bool verbose)
    {
        bool lines = verbose && !(terminal.ErrorIsTerminal && terminal.OutputIsTerminal);
        return new ProgressDisplay(terminal, verb, lines ? WriteLine : null);

        void WriteLine(VmaProgress progress, int percent, long seconds)
        {
            terminal.WriteLine($"progress {percent}% (read {progress.Bytes} bytes, duration {seconds} sec)");
            terminal.Flush();
        }
    }

    public static void WriteTotals(Terminal terminal, VmaReadReport report)
    {
        long total = report.Devices.Sum(device => device.StoredBytes + device.ZeroBytes);
        long sparse = report.Devices.Sum(device => device.ZeroBytes);
        long stored = report.Devices.Sum(device => device.StoredBytes);
        long saved = report.Devices.Sum(device => device.ZeroBytesInStoredClusters);
        if (report.Devices.Count == 0 || total == 0)
        {
            terminal.WriteLine("vma archive contains no image data");
        }
        else
        {
            terminal.WriteLine($"total bytes read {total}, sparse bytes {sparse} ({Percent(sparse, total)}%)");
            if (stored > 0)
            {
                terminal.WriteLine($"space reduction due to 4K zero blocks {Percent(saved, stored)}%");
            }
        }

        terminal.Flush();
    }

    /// <summary>A finding, and whether it is only a warning.</summary>
    public static string Labelled(VmaFault fault) => (fault.Severity == VmaSeverity.Warning ? "warning: " : string.Empty) + fault;

    /// <summary>A percentage as C's %.3g writes it.</summary>
    private static string Percent(long part, long whole) => (100.0 * part / whole).ToString("g3");
}
