// SPDX-License-Identifier: MIT

using Vma.Cli.Archives;

namespace Vma.Cli.Salvage;

/// <summary>Tells people, on standard error, what <c>salvage</c> finds and saves.</summary>
internal class SalvageText(Terminal terminal, SalvageRequest request)
{
    private const int ShownRanges = 5;

    private readonly string _name = ArchiveFile.DisplayName(request.File);

    protected Terminal Terminal { get; } = terminal;

    protected SalvageRequest Request { get; } = request;

    public ProgressDisplay Progress() => new(Terminal, "salvage", line: null);

    /// <summary>Writes the findings; with <c>-v</c> each of them.</summary>
    public FindingLines Findings() => new(finding => Terminal.Error($"{_name}: {ReadText.Labelled(finding)}"), Request.Verbose);

    public void WriteLeftOut(VmaConfig config) => Terminal.Error($"{_name}: config '{config.Name}' is left out: its name is taken, or too long for a file");

    public virtual void Write(SalvageReport report)
    {
        IReadOnlyList<VmaSalvagedDevice> devices = report.Read.Devices;
        foreach (VmaSalvagedDevice device in devices)
        {
            string size = device.SizeIsKnown ? string.Empty : " (the size is a guess: give it with --size)";
            string lost = device.LostBytes == 0 ? "nothing is lost" : $"{device.LostBytes} bytes are lost: {Ranges(device.Lost)}";
            Terminal.Error($"{_name}: device '{device.Device.Name}': {device.Length} bytes{size}, {lost}");
        }

        if (devices.Count == 0)
        {
            Terminal.Error($"{_name}: no disk was found");
        }
        else if (!report.Read.Sealed)
        {
            Terminal.Error($"{_name}: the archive has no seals: damage inside the data cannot be seen");
        }
    }

    private static string Ranges(IReadOnlyList<VmaByteRange> lost)
    {
        string shown = string.Join(", ", lost.Take(ShownRanges).Select(range => $"{range.Offset} to {range.Offset + range.Length - 1}"));
        return lost.Count > ShownRanges ? $"{shown} and {lost.Count - ShownRanges} more ranges" : shown;
    }
}
