// SPDX-License-Identifier: MIT

using System.Text;

namespace Vma.Qemu.Guests;

/// <content>Writes the text of a config.</content>
public sealed partial record GuestConfig
{
    /// <summary>
    /// The config as Proxmox VE reads it, with a <c>#qmdump#map</c> line for each of <paramref name="archived"/>: its restore takes
    /// from them which device of the archive becomes which disk. A value that its line cannot hold is left out, with its line when that has no other: none
    /// of them makes a line of its own.
    /// </summary>
    /// <param name="archived">The disks that are in the archive, under <see cref="GuestDisk.DeviceName"/>.</param>
    public string Format(IEnumerable<GuestDisk> archived)
    {
        ArgumentNullException.ThrowIfNull(archived);
        var text = new StringBuilder();
        Line("agent", Agent ? "1" : null);
        Line("bios", Uefi ? "ovmf" : null);
        Line("boot", BootOrder.Count > 0 ? "order=" + string.Join(';', BootOrder.Where(GuestValue.IsKey)) : null);
        Line("cores", Cores.ToString());
        Line("cpu", If(Cpu, GuestValue.IsModel));
        foreach (GuestDisk disk in Disks)
        {
            Line(disk.Key, WithSettings(If(disk.Volume, GuestValue.IsSetting) ?? disk.UnknownVolume, disk.Settings));
        }

        Line("machine", If(Machine, GuestValue.IsModel));
        Line("memory", MemoryMiB.ToString());
        Line("name", If(Name, GuestValue.IsHostName));
        foreach (GuestNetwork network in Networks)
        {
            string? mac = If(network.Mac, GuestNetwork.IsMacAddress);
            string? card = GuestValue.IsWord(network.Model) ? mac is null ? $"model={network.Model}" : $"{network.Model}={mac}" : null;
            Line(network.Key, card is null ? null : WithSettings(card, network.Settings));
        }

        Line("ostype", If(OperatingSystem, GuestValue.IsWord));
        Line("scsihw", If(ScsiController, GuestValue.IsWord));
        for (int i = 0; i < SerialPorts; i++)
        {
            Line($"serial{i}", "socket");
        }

        Line("smbios1", Uuid is { } uuid ? $"uuid={uuid:D}" : null);
        Line("sockets", Sockets.ToString());
        Line("vga", If(Graphics, GuestValue.IsWord));
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
        string.Join(',', settings.Where(pair => GuestValue.IsKey(pair.Key) && GuestValue.IsSetting(pair.Value))
            .Select(pair => $"{pair.Key}={pair.Value}").Prepend(first));

    private static string? If(string? value, Func<string, bool> isPossible) => value is not null && isPossible(value) ? value : null;
}
