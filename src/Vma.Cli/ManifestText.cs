// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Vma.Cli;

/// <summary>The block of lines that scripts, Proxmox VE's among them, read an archive's content from.</summary>
internal static class ManifestText
{
    public static void Write(VmaManifest manifest, Terminal terminal)
    {
        foreach (VmaConfig config in manifest.Configs)
        {
            terminal.WriteLine(string.Create(CultureInfo.InvariantCulture, $"CFG: size: {config.Data.Length} name: {config.Name}"));
        }

        foreach (VmaDevice device in manifest.Devices)
        {
            terminal.WriteLine(device.IsMemoryState
                ? string.Create(CultureInfo.InvariantCulture, $"VMSTATE: dev_id={device.Id} memory: {device.DeclaredSize}")
                : string.Create(CultureInfo.InvariantCulture, $"DEV: dev_id={device.Id} size: {device.DeclaredSize} devname: {device.Name}"));
        }

        terminal.WriteLine($"CTIME: {Posix.FormatTime(manifest.CreationTime)}");
        terminal.Flush();
    }
}
