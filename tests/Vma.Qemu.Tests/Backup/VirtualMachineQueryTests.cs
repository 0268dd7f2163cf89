// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vma.Qemu.Backup;
using Vma.Qemu.Guests;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Tests.Backup;

/// <summary>What a monitor's answers make of a guest's disks.</summary>
public sealed class VirtualMachineQueryTests
{
    // As QEMU 7.2 answered, without what is not looked at.
    private const string Drives = """
        [{"device": "", "inserted": {"image": {"virtual-size": 16777216}, "ro": false, "node-name": "a"}, "qdev": "/machine/peripheral/virtio0/virtio-backend"},
         {"device": "", "removable": true, "qdev": "/machine/peripheral-anon/device[1]", "tray_open": false},
         {"device": "", "inserted": {"image": {"virtual-size": 0}, "ro": false, "node-name": "b"}, "qdev": "tape0"},
         {"device": "old", "inserted": {"image": {"virtual-size": 512}, "ro": false}},
         {"device": "cd", "inserted": {"image": {"virtual-size": 0}, "ro": true, "node-name": "c"}}]
        """;

    [Fact]
    public void Disks_that_no_block_node_gives_access_to_are_found_by_their_devices()
    {
        var machine = VirtualMachine.Query(new Recorded(
            Drives,
            [
                ("/machine/peripheral", "virtio0", "virtio-blk-pci"), ("/machine/peripheral", "tape0", "scsi-generic"),
                    ("/machine/peripheral", "nv0", "nvdimm"), ("/machine/peripheral", "net0", "virtio-net-pci"),
                ("/machine/peripheral", "vs", "vhost-user-scsi-pci"), ("/machine/peripheral", "ks", "vhost-scsi-pci-non-transitional"),
                    ("/machine/peripheral", "pm", "virtio-pmem-pci"),
                ("/machine/peripheral", "fs", "vhost-user-fs-pci"), ("/machine/peripheral", "dimm", "pc-dimm"), ("/machine/peripheral", "odd", "other-pci"),
                ("/machine/peripheral-anon", "device[0]", "vhost-user-blk-pci"), ("/machine/peripheral-anon", "device[1]", "ide-cd"),
            ],
            ("/machine/peripheral/odd/virtio-backend", "vhost-user-blk")));
        Assert.Equal("a", Assert.Single(machine.Disks).Node);
        Assert.Equal(
            [
                ("tape0", "scsi-generic"), ("old", "drive"), ("nv0", "nvdimm"), ("vs", "vhost-user-scsi-pci"), ("ks", "vhost-scsi-pci-non-transitional"),
                    ("pm", "virtio-pmem-pci"),
                ("odd", "other-pci"), ("/machine/peripheral-anon/device[0]", "vhost-user-blk-pci"),
            ],
            machine.UnseenDisks.Select(disk => (disk.Name, disk.Type)));
        Assert.Equal(["QEMU tells no size of it", "QEMU has no block node for it"], machine.UnseenDisks.Select(disk => disk.Reason).Distinct());
    }

    [Fact]
    public void A_guest_that_has_only_drives_has_no_unseen_disks() =>
        Assert.Empty(VirtualMachine.Query(new Recorded("[]",
            [("/machine/peripheral", "virtio0", "virtio-blk-pci"), ("/machine/peripheral-anon", "device[0]", "virtio-scsi-pci")])).UnseenDisks);

    [Theory]
    [InlineData("x\nargs: -device evil")]
    [InlineData("AA:BB:CC:DD:EE:FF\n")]
    [InlineData("x,y=z")]
    [InlineData("\u202e")]
    public void What_a_hostile_QEMU_tells_is_no_line_of_the_config_and_is_noted(string evil)
    {
        var monitor = new Recorded(
            """[{"device": "", "inserted": {"image": {"virtual-size": 4096}, "ro": false, "node-name": "a"}, "qdev": "/machine/peripheral/virtio0"}]""",
            [("/machine/peripheral", "virtio0", "virtio-blk-pci"), ("/machine/peripheral", "net0", "virtio-net-pci")])
        {
            Answers = new()
            {
                ["query-name"] = new JsonObject { ["name"] = evil },
                ["query-uuid"] = new JsonObject { ["UUID"] = evil },
                ["query-cpus-fast"] = new JsonArray(new JsonObject { ["qom-type"] = evil + "-x86_64-cpu" }),
                ["/machine type"] = evil + "-machine",
                ["/machine/peripheral/net0 mac"] = evil,
                ["/machine/peripheral/virtio0 drive"] = "a",
                ["/machine/peripheral/virtio0 serial"] = evil,
            },
        };
        var machine = VirtualMachine.Query(monitor);
        Assert.Equal(
            "cores: 1\ncpu: kvm64\nvirtio0: local:vm-disk-virtio0,size=4K\nmachine: pc\nmemory: 16\nnet0: model=virtio,bridge=vmbr0\nostype: other\n"
                + "scsihw: virtio-scsi-pci\nsockets: 1\nvga: std\n",
            (machine.Config with { Disks = [.. machine.Config.Disks.Select(WithoutSerial)] }).Format([]));
        string[] left = ["the guest's name", "the machine type", "the CPU model", "the guest's uuid", "the MAC address of net0"];
        Assert.All(left, one => Assert.Single(machine.Notes, note => note.StartsWith(one, StringComparison.Ordinal)));
        bool isPrintable = evil.All(character => character is >= ' ' and <= '~');
        Assert.Equal(!isPrintable, machine.Notes.Any(note => note.StartsWith("the serial number of virtio0", StringComparison.Ordinal)));
        Assert.Equal(isPrintable, machine.Config.Disks[0].Settings.ContainsKey("serial"));

        static GuestDisk WithoutSerial(GuestDisk disk) => disk with { Settings = disk.Settings.Where(pair => pair.Key != "serial").ToDictionary() };
    }

    /// <summary>A monitor whose QEMU has these drives and devices, and refuses every other question about an object.</summary>
    private sealed class Recorded(string drives, (string Parent, string Name, string Type)[] devices, params (string Path, string Type)[] inner) : IQmpMonitor
    {
        public string Name => "recorded";

        public bool PassesDescriptors => false;

        /// <summary>Other answers, by their command, or an object's path and property.</summary>
        public Dictionary<string, JsonNode> Answers { get; init; } = [];

        public JsonElement Execute(string command, JsonObject? arguments = null, SafeHandle? descriptor = null, CancellationToken cancellationToken = default)
        {
            string path = (string?)arguments?["path"] ?? string.Empty;
            if (Answers.TryGetValue(command == "qom-get" ? $"{path} {(string?)arguments!["property"]}" : command, out JsonNode? other))
            {
                return JsonElement.Parse(other.ToJsonString());
            }

            return JsonElement.Parse(command switch
            {
                "query-version" => """{"qemu": {"major": 7, "minor": 2, "micro": 22}}""",
                "query-status" => """{"status": "running"}""",
                "query-qmp-schema" or "query-iothreads" or "query-cpus-fast" => "[]",
                "query-block" => drives,
                "qom-list" => new JsonArray([.. devices.Where(one => one.Parent == path)
                    .Select(one => new JsonObject { ["name"] = one.Name, ["type"] = $"child<{one.Type}>" })]).ToJsonString(),
                "qom-get" => TypeOf(path, (string?)arguments?["property"]),
                _ => "{}",
            });
        }

        public QmpEvent? WaitForEvent(Func<QmpEvent, bool> predicate, TimeSpan timeout, CancellationToken cancellationToken = default) => null;

        public void Dispose()
        {
        }

        private string TypeOf(string path, string? property)
        {
            string? type = property != "type" ? null : devices.Where(one => $"{one.Parent}/{one.Name}" == path).Select(one => one.Type)
                .Concat(inner.Where(one => one.Path == path).Select(one => one.Type)).FirstOrDefault();
            return type is null ? throw new QmpCommandException("qom-get", "GenericError", "Property not found") : $"\"{type}\"";
        }
    }
}
