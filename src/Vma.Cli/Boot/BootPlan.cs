// SPDX-License-Identifier: MIT

using System.Text.Json.Nodes;
using Vma.Cli.Archives;
using Vma.Cli.Exports;
using Vma.Qemu.Guests;
using Vma.Qemu.Images;

namespace Vma.Cli.Boot;

/// <summary>The guest that an archive describes: its config, its disks, and what is told about both.</summary>
internal sealed class BootPlan
{
    private const string KvmDevice = "/dev/kvm";

    private readonly BootRequest _request;
    private readonly List<string> _notes = [];

    public BootPlan(VmaArchive archive, IReadOnlyList<ServedDisk> served, BootRequest request)
    {
        _request = request;
        Manifest = archive.Manifest;
        (Config, Disks) = request.Bare ? (new GuestConfig(), WithoutPlaces(served))
            : archive.Manifest.FindConfig(GuestConfig.FileName) is { } config ? FromConfig(GuestConfig.Parse(config.Data.Span), served)
            : FromNames(served);
        Config = Override(Config);
        MemoryState = archive.Manifest.Devices.FirstOrDefault(device => device.IsMemoryState);
        CommandException.FailIf(request.Resume && MemoryState is null,
            $"{ArchiveFile.DisplayName(request.Archive)}: there is no RAM state in it, so nothing to resume");

        if (MemoryState is not null && !request.Resume)
        {
            _notes.Add("the archive has the RAM too; --resume goes on from it");
        }

        AddVariables();
        if (IsWithoutDisplay)
        {
            _notes.Add("there is no display here; --display=vnc=127.0.0.1:0 shows the guest at one");
        }
    }

    public VmaManifest Manifest { get; }

    public GuestConfig Config { get; private set; }

    public IReadOnlyList<BootDisk> Disks { get; }

    public VmaDevice? MemoryState { get; }

    /// <summary>The UEFI variables that the guest gets a copy of, where it has none in the archive.</summary>
    public (string Key, string Template)? Variables { get; private set; }

    /// <summary>The file of the copy of <see cref="Variables"/> in the directory of the overlays.</summary>
    public const string VariablesFile = "efivars.fd";

    private bool ChoosesDisplay => _request.Gives("display", "nographic", "vnc", "spice", "curses");

    /// <summary>Whether there is neither a display to show the guest at nor a word of the user about one.</summary>
    private bool IsWithoutDisplay => !_request.Bare && !ChoosesDisplay && _request.Display is null
        && !((string[])["DISPLAY", "WAYLAND_DISPLAY"]).Any(variable => Environment.GetEnvironmentVariable(variable) is { Length: > 0 });

    /// <summary>The command line for QEMU, with what is to be told about it.</summary>
    /// <param name="images">The image of each disk.</param>
    /// <param name="directory">Where the overlays are.</param>
    /// <param name="monitorPath">Where QEMU listens for QMP.</param>
    /// <param name="incoming">Where the RAM comes from, or null.</param>
    public QemuCommandLine Build(IReadOnlyDictionary<BootDisk, QemuOverlay> images, string directory, string monitorPath, string? incoming)
    {
        IEnumerable<JsonObject> backing = Disks.Select(disk => images[disk].BackingNode(disk.BackingNode)).OfType<JsonObject>();
        List<string> arguments = [.. backing.SelectMany(node => (string[])["-blockdev", node.ToJsonString()])];
        IReadOnlyList<string> notes = _notes;
        if (_request.Bare)
        {
            arguments.AddRange("-qmp", $"unix:{QemuQuoting.OptionValue(monitorPath)},server=on,wait=off");
            foreach (BootDisk disk in Disks)
            {
                JsonObject node = images[disk].ToNode(disk.BackingNode);
                node["node-name"] = disk.Node;
                arguments.AddRange("-blockdev", node.ToJsonString());
            }
        }
        else
        {
            var disks = Disks.Select(disk => disk.Attach(images[disk])).ToList();
            if (Variables is not null)
            {
                disks.Add(QemuDisk.Raw(Variables.Value.Key, Path.Combine(directory, VariablesFile)));
            }

            QemuCommandLine built = QemuArguments.Build(Config, disks, Options(monitorPath));
            arguments.AddRange(built.Arguments);
            notes = [.. _notes, .. built.Notes];
        }

        if (incoming is not null)
        {
            arguments.AddRange("-incoming", incoming);
        }

        if (_request.Stream)
        {
            // A guest that switches itself off does not end what is still being streamed.
            arguments.Add("-no-shutdown");
        }

        return new QemuCommandLine([.. arguments, .. _request.Extra], notes);
    }

    private (GuestConfig, IReadOnlyList<BootDisk>) FromNames(IReadOnlyList<ServedDisk> served)
    {
        var config = GuestConfig.ForDisks([.. served.Select(disk => disk.Export.Name)], out IReadOnlyList<GuestDisk?> places);
        _notes.Add($"there is no {GuestConfig.FileName} in the archive: the guest gets 2 GiB, two cores, a network card, and its disks by their names");
        _notes.AddRange(served.Where((_, i) => places[i] is null).Select(disk => $"{EscapedText.Of(disk.Export.Name)} is left out: there is no place for it"));
        return (config, [.. served.Select((disk, i) => new BootDisk(disk, places[i])).Where(disk => disk.Place is { Bus: not GuestBus.TpmState })]);
    }

    private static List<BootDisk> WithoutPlaces(IReadOnlyList<ServedDisk> served) => [.. served.Select(disk => new BootDisk(disk, null))];

    private (GuestConfig, IReadOnlyList<BootDisk>) FromConfig(GuestConfig config, IReadOnlyList<ServedDisk> served)
    {
        BootDisk[] all = [.. served.Select(disk => new BootDisk(disk, config.Disks.FirstOrDefault(one => disk.Export.Name == one.DeviceName)))];
        _notes.AddRange(all.Where(disk => disk.Place is null)
            .Select(disk => $"{disk.Name} is left out: it is in the archive, but not in its {GuestConfig.FileName}"));
        return (config, [.. all.Where(disk => disk.Place is { Bus: not GuestBus.TpmState })]);
    }

    private GuestConfig Override(GuestConfig config)
    {
        if (_request.Cpus is { } cpus)
        {
            config = config with { Sockets = 1, Cores = cpus };
        }

        // The user's serial ports come first then, where guests have their console.
        return _request.Gives("serial", "nographic") ? config with { SerialPorts = 0 } : config;
    }

    private void AddVariables()
    {
        var firmware = QemuFirmware.For(Config, new QemuOptions().FirmwareDirectory);
        if (firmware is null)
        {
            return;
        }

        foreach (string path in (string[])[firmware.CodePath, firmware.VariablesPath])
        {
            CommandException.FailIf(!File.Exists(path), $"'{path}' is missing, which this guest starts by; install the package ovmf");
        }

        if (!Disks.Any(disk => disk.Place is { Bus: GuestBus.EfiDisk }))
        {
            GuestDisk variables = Config.Disks.FirstOrDefault(disk => disk.Bus == GuestBus.EfiDisk)
                ?? new GuestDisk(GuestBus.EfiDisk, 0) { Settings = new Dictionary<string, string> { ["efitype"] = "4m" } };
            Config = Config with { Disks = [.. Config.Disks.Where(disk => disk.Bus != GuestBus.EfiDisk), variables] };
            Variables = (variables.Key, firmware.VariablesPath);
            _notes.Add("the archive has no UEFI variables: the guest gets fresh ones, and the firmware looks for something to boot");
        }
    }

    private QemuOptions Options(string monitorPath)
    {
        bool choosesAccelerator = _request.Gives("accel", "enable-kvm")
            || _request.Extra.Any(argument => argument.Contains("accel=", StringComparison.Ordinal));
        return new QemuOptions
        {
            Accelerators = choosesAccelerator ? [] : CanUseKvm() ? ["kvm", "tcg"] : ["tcg"],
            UserNetwork = !_request.WithoutNetwork,
            QmpSocket = monitorPath,
            Display = ChoosesDisplay ? null : IsWithoutDisplay ? "none" : _request.Display,
            MemoryMiB = _request.MemoryMiB,
            // The host's own model is there with KVM only; "max" is the same with it, and all there is without.
            Cpu = Config.Cpu == "host" ? "max" : null,
        };
    }

    private static bool CanUseKvm() => Doing.Try(() => new FileStream(KvmDevice, FileMode.Open, FileAccess.ReadWrite).Dispose()) is null;
}
