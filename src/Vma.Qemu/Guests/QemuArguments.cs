// SPDX-License-Identifier: MIT

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Vma.Failures;
using Vma.Qemu.Images;

namespace Vma.Qemu.Guests;

/// <summary>
/// Turns a guest's config into arguments for a stock QEMU. The guest sees controllers of the kind that it had, and its disks and
/// network cards on them in their places; the PCI addresses are QEMU's choice.
/// </summary>
public sealed partial class QemuArguments
{
    // Models of Proxmox VE that QEMU does not know under these names.
    private static readonly Dictionary<string, string> CpuModels = new()
    {
        ["x86-64-v2"] = "qemu64,+popcnt,+pni,+sse4.1,+sse4.2,+ssse3",
        ["x86-64-v2-AES"] = "qemu64,+aes,+popcnt,+pni,+sse4.1,+sse4.2,+ssse3",
        ["x86-64-v3"] = "qemu64,+aes,+popcnt,+pni,+sse4.1,+sse4.2,+ssse3,+abm,+avx,+avx2,+bmi1,+bmi2,+f16c,+fma,+movbe,+xsave",
        ["x86-64-v4"] = "qemu64,+aes,+popcnt,+pni,+sse4.1,+sse4.2,+ssse3,+abm,+avx,+avx2,+bmi1,+bmi2,+f16c,+fma,+movbe,+xsave"
            + ",+avx512f,+avx512bw,+avx512cd,+avx512dq,+avx512vl",
    };

    private static readonly Dictionary<string, string> NetworkModels = new()
    {
        ["virtio"] = "virtio-net-pci",
        ["e1000"] = "e1000",
        ["e1000-82540em"] = "e1000",
        ["e1000e"] = "e1000e",
        ["rtl8139"] = "rtl8139",
        ["vmxnet3"] = "vmxnet3",
        ["ne2k_pci"] = "ne2k_pci",
        ["pcnet"] = "pcnet",
        ["i82551"] = "i82551",
        ["i82557b"] = "i82557b",
        ["i82559er"] = "i82559er",
    };

    private readonly GuestConfig _config;
    private readonly QemuOptions _options;
    private readonly List<string> _arguments = [];
    private readonly List<string> _notes = [];
    private readonly HashSet<string> _controllers = [];

    private QemuArguments(GuestConfig config, QemuOptions options) => (_config, _options) = (config, options);

    /// <summary>The command line for a guest with these disks. A disk of the config that is not among them is left out; CD-ROM drives are empty.</summary>
    /// <exception cref="ArgumentException">A disk is not in the config, or is there twice.</exception>
    public static QemuCommandLine Build(GuestConfig config, IEnumerable<QemuDisk> disks, QemuOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(disks);
        var byKey = new Dictionary<string, QemuDisk>();
        foreach (QemuDisk disk in disks)
        {
            ArgumentException.ThrowIf(config.FindDisk(disk.Key) is null || !byKey.TryAdd(disk.Key, disk),
                $"the config has no disk '{disk.Key}', or it is given twice", nameof(disks));
        }

        var arguments = new QemuArguments(config, options ?? new QemuOptions());
        arguments.AddMachine(byKey);
        foreach (GuestDisk disk in config.Disks.Where(disk => disk.Bus <= GuestBus.Virtio))
        {
            arguments.AddDisk(disk, byKey.GetValueOrDefault(disk.Key));
        }

        arguments.AddNetworks();
        arguments.AddRest();
        return new QemuCommandLine(arguments._arguments, [.. arguments._notes, .. config.Ignored.Select(line => $"not taken over: {line}")]);
    }

    /// <summary>A machine type without what Proxmox VE appends for its own QEMU.</summary>
    internal static string StockMachine(string machine) => ProxmoxSuffix().Replace(machine, string.Empty);

    private void AddMachine(Dictionary<string, QemuDisk> disks)
    {
        List<string> properties = [StockMachine(Checked("machine", _config.Machine, GuestValue.IsModel) ?? "pc")];
        foreach (string accelerator in _options.Accelerators)
        {
            Add("-accel", accelerator);
        }

        if (QemuFirmware.For(_config, _options.FirmwareDirectory) is { } firmware)
        {
            properties.AddRange(AddFirmware(firmware, disks));
        }

        Add("-machine", string.Join(',', properties));
        Add("-nodefaults");
        string cpu = _options.Cpu ?? Checked("cpu", _config.Cpu, GuestValue.IsModel) ?? "kvm64";
        Add("-cpu", CpuModels.GetValueOrDefault(cpu, cpu));
        Add("-smp", $"{_config.Processors},sockets={_config.Sockets},cores={_config.Cores}");
        Add("-m", $"{_options.MemoryMiB ?? _config.MemoryMiB}");
        if (_config.Name is { } given && Checked("name", given, GuestValue.IsWord) is { } name)
        {
            Add("-name", GuestValue.NameOption(name));
        }

        if (_config.Uuid is { } uuid)
        {
            Add("-uuid", uuid.ToString("D"));
        }
    }

    private IEnumerable<string> AddFirmware(QemuFirmware firmware, Dictionary<string, QemuDisk> disks)
    {
        var code = new JsonObject { ["driver"] = "file", ["filename"] = firmware.CodePath };
        AddNode("efi-code", new JsonObject { ["driver"] = "raw", ["read-only"] = true, ["file"] = code });
        yield return "pflash0=efi-code";
        GuestDisk? variables = _config.EfiDisk;
        if (variables is not null && disks.TryGetValue(variables.Key, out QemuDisk? disk))
        {
            var node = (JsonObject)disk.Node.DeepClone();
            if ((string?)node["driver"] == "raw")
            {
                // A volume is rounded up; the flash chip must be as large as the firmware was built for.
                node["size"] = firmware.VariablesLength;
            }

            AddNode(variables.DeviceName, node);
            yield return $"pflash1={variables.DeviceName}";
        }
        else
        {
            _notes.Add("there is no disk with UEFI variables; the firmware looks for something to boot");
        }

        if (firmware.IsSecure)
        {
            yield return "smm=on";
            Add("-global", "driver=cfi.pflash01,property=secure,value=on");
        }
    }

    private void AddNetworks()
    {
        foreach (GuestNetwork network in _config.Networks)
        {
            if (!NetworkModels.TryGetValue(network.Model, out string? device))
            {
                _notes.Add($"{network.Key} ({network.Model}) is left out");
                continue;
            }

            string link = _options.UserNetwork ? $",netdev={network.Key}" : string.Empty;
            if (_options.UserNetwork)
            {
                Add("-netdev", $"user,id={network.Key}");
            }

            string address = network.Mac is { } mac && GuestNetwork.IsMacAddress(mac) ? $",mac={mac}" : string.Empty;
            Add("-device", $"{device},id=card-{network.Key}{link}{address}{BootIndex(network.Key)}");
        }
    }

    private void AddRest()
    {
        foreach (GuestDisk disk in _config.Disks.Where(disk => disk.Bus == GuestBus.TpmState))
        {
            _notes.Add($"{disk.Key}: a TPM needs swtpm and is left out; what its keys protect stays locked");
        }

        if (_config.LocalTime)
        {
            Add("-rtc", "base=localtime");
        }

        for (int i = 0; i < _config.SerialPorts; i++)
        {
            Add("-serial", "null");
        }

        string graphics = _config.Graphics;
        bool isKnown = graphics is "std" or "qxl" or "virtio" or "cirrus" or "vmware" or "none";
        Add("-vga", isKnown ? graphics : graphics.StartsWith("serial", StringComparison.Ordinal) ? "none" : "std");
        AddIf("-display", _options.Display);
        AddIf("-qmp", _options.QmpSocket is { } path ? $"unix:{QemuQuoting.OptionValue(path)},server=on,wait=off" : null);
        if (_options.Paused)
        {
            Add("-S");
        }
    }

    // A reader of configs has checked it; a config can also come from a caller.
    private string? Checked(string key, string value, Func<string, bool> isPossible)
    {
        if (isPossible(value))
        {
            return value;
        }

        _notes.Add($"not taken over: {key}: {value}");
        return null;
    }

    private void AddIf(string option, string? value)
    {
        if (value is not null)
        {
            Add(option, value);
        }
    }

    private void Add(params ReadOnlySpan<string> arguments) => _arguments.AddRange(arguments);

    [GeneratedRegex(@"(\+pve[0-9]+)?(\.pxe)?\z")]
    private static partial Regex ProxmoxSuffix();
}
