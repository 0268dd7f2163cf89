// SPDX-License-Identifier: MIT

namespace Vma.Cli.Archives;

/// <summary>What <c>create</c> and <c>backup</c> tell people with <c>-v</c>, on standard error.</summary>
internal static class WriteText
{
    /// <summary>Progress as lines. On a terminal the live line stands for them.</summary>
    public static ProgressDisplay Progress(Terminal terminal, string verb, bool verbose) => new(terminal, verb, verbose && !terminal.ErrorIsTerminal
        ? (progress, percent, _) => terminal.ErrorLine($"progress {percent}% {progress.Bytes}/{progress.TotalBytes} {progress.ZeroBytes}")
        : null);

    public static void WriteDevices(Terminal terminal, VmaWriteReport report)
    {
        foreach (VmaWrittenDevice device in report.Devices)
        {
            terminal.ErrorLine($"image {device.Device.Name}: size={device.Device.Size} zeros={device.ZeroBytes} saved={device.Device.Size - device.ZeroBytes}");
        }
    }
}
