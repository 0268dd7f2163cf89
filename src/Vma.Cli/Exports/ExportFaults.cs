// SPDX-License-Identifier: MIT

using Vma.Cli.Archives;
using Vma.Nbd;

namespace Vma.Cli.Exports;

/// <summary>Tells people what failed while disks were served, and once for each damaged archive what can be done. Thread-safe.</summary>
internal sealed class ExportFaults(Terminal terminal, IReadOnlyList<ServedDisk> disks)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _told = [];

    public void Write(NbdServerFault fault)
    {
        lock (_gate)
        {
            string? archive = disks.FirstOrDefault(disk => disk.Export.Name == fault.ExportName)?.Archive;
            string? step = archive is not null && fault.Error is VmaException damage ? NextStep.For(archive, damage.Fault) : null;
            string next = step is not null && _told.Add(archive!) ? $"; {step}" : string.Empty;
            terminal.Error(EscapedText.Of(fault.ExportName is { } name ? $"{name}: {fault.Message}{next}" : fault.Message));
        }
    }
}
