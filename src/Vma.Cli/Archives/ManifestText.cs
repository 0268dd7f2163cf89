// SPDX-License-Identifier: MIT

using System.Text;
using Vma.Posix;

namespace Vma.Cli.Archives;

/// <summary>The block of lines that scripts, Proxmox VE's among them, read an archive's content from.</summary>
internal static class ManifestText
{
    private const int TimeLength = 26;

    public static void Write(VmaManifest manifest, Terminal terminal)
    {
        terminal.WriteLines(manifest.Configs.Select(config => $"CFG: size: {config.Data.Length} name: {config.Name}"));
        terminal.WriteLines(manifest.Devices.Select(device => device.IsMemoryState
            ? $"VMSTATE: dev_id={device.Id} memory: {device.DeclaredSize}"
            : $"DEV: dev_id={device.Id} size: {device.DeclaredSize} devname: {device.Name}"));

        terminal.WriteLine($"CTIME: {Time(manifest.CreationTime)}");
        terminal.Flush();
    }

    /// <summary>A time as ctime(3) writes it, in the time zone of the environment, without the line's end; the number when it has no such form.</summary>
    private static unsafe string Time(long seconds)
    {
        Span<byte> text = stackalloc byte[TimeLength + 1];
        fixed (byte* buffer = text)
        {
            return LibC.FormatTime(ref seconds, buffer) == null
                ? seconds.ToString()
                : Encoding.ASCII.GetString(text[..text.IndexOf((byte)0)]).TrimEnd('\n');
        }
    }
}
