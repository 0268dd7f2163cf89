// SPDX-License-Identifier: MIT

using Vma.Cli.Archives;
using Vma.Qemu.Guests.Ovf;

namespace Vma.Cli.Convert;

/// <summary>Tells people how an archive becomes an OVA.</summary>
internal sealed class OvaText(Terminal terminal, OvaRequest request)
{
    public ProgressDisplay Progress() => new(terminal, "convert", line: null);

    public void WriteLeftOut(VmaDevice device) =>
        terminal.Error($"{ArchiveFile.DisplayName(request.Input)}: '{device.Name}' is left out: an OVA has no place for it");

    /// <summary>Tells what would be done; nothing was written.</summary>
    public void WritePlan(IEnumerable<(VmaDisk Source, OvfDisk Image)> disks)
    {
        terminal.WriteLines(disks.Select(disk =>
            $"{disk.Source.Device.Name}: {disk.Source.Length} bytes to {disk.Image.FileName} in {EscapedText.Of(request.Output)}"));

        terminal.Flush();
    }
}
