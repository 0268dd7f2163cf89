// SPDX-License-Identifier: MIT

using System.Text;

namespace Vma.Qemu.Guests;

/// <content>Writes the text of a config.</content>
public sealed partial record GuestConfig
{
    /// <summary>
    /// The config as Proxmox VE reads it, with a <c>#qmdump#map</c> line for each of <paramref name="archived"/>: its restore takes
    /// from them which device of the archive becomes which disk.
    /// </summary>
    /// <param name="archived">The disks that are in the archive, under <see cref="GuestDisk.DeviceName"/>.</param>
    public string Format(IEnumerable<GuestDisk> archived)
    {
        ArgumentNullException.ThrowIfNull(archived);
        var text = new StringBuilder();
        Line("agent", Agent ? "1" : null);
        Line("bios", Uefi ? "ovmf" : null);
        Line("boot", BootOrder.Count > 0 ? "order=" + string.Join(';', BootOrder) : null);
        Line("cores", Cores.ToString());
        Line("cpu", Cpu);
        foreach (GuestDisk disk in Disks)
        {
            Line(disk.Key, WithSettings(disk.Volume, disk.Settings));
        }

        Line("machine", Machine);
        Line("memory", MemoryMiB.ToString());
        Line("name", Name);
        foreach (GuestNetwork network in Networks)
        {
            Line(network.Key, WithSettings(network.Mac is null ? $"model={network.Model}" : $"{network.Model}={network.Mac}", network.Settings));
        }

        Line("ostype", OperatingSystem);
        Line("scsihw", ScsiController);
        for (int i = 0; i < SerialPorts; i++)
        {
            Line($"serial{i}", "socket");
        }

        Line("smbios1", Uuid is { } uuid ? $"uuid={uuid:D}" : null);
        Line("sockets", Sockets.ToString());
        Line("vga", Graphics);
        foreach (GuestDisk disk in archived)
        {
            text.Append($"#qmdump#map:{disk.Key}:{disk.DeviceName}::raw:\n");
        }

        return text.ToString();

        void Line(string key, string? value)
        {
            if (value is not null)
            {
                text.Append($"{key}: {value}\n");
            }
        }
    }

    private static string WithSettings(string first, IReadOnlyDictionary<string, string> settings) =>
        string.Join(',', settings.Select(pair => $"{pair.Key}={pair.Value}").Prepend(first));
}
