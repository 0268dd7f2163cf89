// SPDX-License-Identifier: MIT

using System.Text;
using System.Text.Json;
using Vma.Qemu.Backup;
using Vma.Qemu.Guests;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Tests.Backup;

public sealed class BackupPlannerTests
{
    // What matters here of the schemas of 5.2, 7.2 and 10.0, under the names that they have there.
    private const string Common = """
        {"name": "blockdev-backup", "meta-type": "command", "arg-type": "10"},
        {"name": "10", "meta-type": "object", "members": [{"name": "job-id", "type": "str"}]},
        {"name": "block-export-add", "meta-type": "command", "arg-type": "11"},
        {"name": "11", "meta-type": "object", "members": [{"name": "id", "type": "str"}, {"name": "node-name", "type": "str"}], "tag": "type",
          "variants": [{"case": "nbd", "type": "12"}]},
        {"name": "12", "meta-type": "object", "members": [{"name": "name", "type": "str"}, {"name": "bitmaps", "type": "[13]"}]},
        {"name": "[13]", "meta-type": "array", "element-type": "13"},
        {"name": "13", "meta-type": "alternate", "members": [{"type": "str"}, {"type": "14"}]},
        {"name": "14", "meta-type": "object", "members": [{"name": "node", "type": "str"}]}
        """;

    private const string Filters = """
        {"name": "object-add", "meta-type": "command", "arg-type": "20"},
        {"name": "blockdev-add", "meta-type": "command", "arg-type": "21"},
        {"name": "21", "meta-type": "object", "members": [{"name": "driver", "type": "22"}], "tag": "driver", "variants": [{"case": "copy-before-write",
          "type": "23"}]},
        {"name": "22", "meta-type": "enum", "values": ["file", "copy-before-write", "snapshot-access"]},
        {"name": "23", "meta-type": "object", "members": [{"name": "on-cbw-error", "type": "24"}, {"name": "cbw-timeout", "type": "int"}]},
        {"name": "migrate-set-capabilities", "meta-type": "command", "arg-type": "25"},
        {"name": "25", "meta-type": "object", "members": [{"name": "capabilities", "type": "[26]"}]},
        {"name": "[26]", "meta-type": "array", "element-type": "26"},
        {"name": "26", "meta-type": "object", "members": [{"name": "capability", "type": "27"}]},
        {"name": "27", "meta-type": "enum", "members": [{"name": "xbzrle"}, {"name": "background-snapshot"}]}
        """;

    private static readonly Version V5 = new(5, 2, 0), V7 = new(7, 2, 22), V10 = new(10, 0, 13);

    private static VirtualDisk Disk(int index, bool ioThread = false) => new($"node{index}", 1 << 20)
    {
        DevicePath = $"/machine/peripheral/virtio{index}/virtio-backend",
        IoThread = ioThread,
        Place = new GuestDisk(GuestBus.Virtio, index),
    };

    private static VirtualMachine Machine(Version version, params VirtualDisk[] disks) => new()
    {
        Version = version,
        Schema = new QmpSchema(JsonElement.Parse($"[{Common}{(version.Major >= 7 ? "," + Filters : string.Empty)}]")),
        Status = "running",
        Disks = disks,
        Config = new GuestConfig { Disks = [.. disks.Select(disk => disk.Place!).Where(place => place is not null)] },
    };

    [Fact]
    public void A_plain_machine_is_backed_up_by_pull()
    {
        foreach (Version version in new[] { V5, V7, V10 })
        {
            Assert.Equal(BackupMethod.Pull, BackupPlanner.Plan(Machine(version, Disk(0), Disk(1))).Method);
        }
    }

    [Fact]
    public void An_io_thread_is_pushed_where_a_reader_would_crash_qemu()
    {
        Assert.Equal(BackupMethod.PushFleece, BackupPlanner.Plan(Machine(V7, Disk(0), Disk(1, ioThread: true))).Method);
        Assert.Equal(BackupMethod.Pull, BackupPlanner.Plan(Machine(V10, Disk(0, ioThread: true))).Method);
        Assert.Equal(BackupMethod.Pull, BackupPlanner.Plan(Machine(new Version(8, 2, 1), Disk(0, ioThread: true))).Method);
    }

    [Fact]
    public void A_backup_is_refused_where_no_method_is_safe()
    {
        BackupException old = Assert.Throws<BackupException>(() => BackupPlanner.Plan(Machine(V5, Disk(0, ioThread: true))));
        Assert.Contains("there is no safe way", old.Message, StringComparison.Ordinal);
        Assert.Throws<BackupException>(() => BackupPlanner.Plan(Machine(V7, Disk(0, ioThread: true) with { DevicePath = null })));
        Assert.Throws<BackupException>(() => BackupPlanner.Plan(Machine(V7, Disk(0, ioThread: true)), new BackupRequest { Method = BackupMethod.Pull }));
        Assert.Throws<BackupException>(() => BackupPlanner.Plan(Machine(V5, Disk(0, ioThread: true)), new BackupRequest { Method = BackupMethod.PushDirect }));
    }

    [Fact]
    public void The_guest_is_not_stopped_where_that_would_lose_an_interrupt_of_an_io_thread()
    {
        var fleece = new BackupRequest { Method = BackupMethod.PushFleece };
        foreach (BackupRequest request in new[] { fleece, new BackupRequest { Ram = true } })
        {
            // The guest is stopped with all of its disks.
            VirtualMachine machine = Machine(V10, Disk(0), Disk(1, ioThread: true));
            BackupException refused = Assert.Throws<BackupException>(() => BackupPlanner.Plan(machine, request with { Excluded = ["node1"] }));
            Assert.Contains("'node1', which is in an I/O thread", refused.Message, StringComparison.Ordinal);
            BackupPlanner.Plan(machine with { HasKvm = true }, request);
            BackupPlanner.Plan(Machine(V10, Disk(0)), request);
            BackupPlanner.Plan(Machine(V7, Disk(0, ioThread: true)), request);
        }

        BackupException none = Assert.Throws<BackupException>(() => BackupPlanner.Plan(Machine(new Version(8, 2, 0), Disk(0, ioThread: true))));
        Assert.Contains("there is no safe way", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Direct_push_is_only_taken_when_asked_for()
    {
        BackupPlan plan = BackupPlanner.Plan(Machine(V7, Disk(0)), new BackupRequest { Method = BackupMethod.PushDirect });
        Assert.Equal(BackupMethod.PushDirect, plan.Method);
        Assert.Contains("I/O error", plan.MethodReason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_only_and_excluded_drives_are_left_out()
    {
        VirtualDisk cdrom = new("cd", 1 << 20) { ReadOnly = true, HostName = "ide2-cd0" };
        BackupPlan plan = BackupPlanner.Plan(Machine(V7, Disk(1), Disk(0), Disk(2), cdrom), new BackupRequest { Excluded = ["virtio2"] });
        Assert.Equal(["drive-virtio0", "drive-virtio1"], plan.Disks.Select(disk => disk.Name));
        Assert.Equal(["node2: excluded", "cd: read-only"], plan.LeftOut);
        string config = Encoding.UTF8.GetString(plan.Config.Span);
        Assert.Contains("#qmdump#map:virtio1:drive-virtio1::raw:", config, StringComparison.Ordinal);
        Assert.DoesNotContain("virtio2", config, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disk_that_no_backup_can_take_is_left_out_only_when_asked()
    {
        VirtualMachine machine = Machine(V7, Disk(0)) with
        {
            UnseenDisks = [new UnseenDisk("data", "vhost-user-blk-pci", "QEMU has no block node for it"),
                new UnseenDisk("/machine/peripheral-anon/device[0]", "nvdimm", "QEMU has no block node for it")],
        };
        BackupException refused = Assert.Throws<BackupException>(() => BackupPlanner.Plan(machine));
        Assert.Contains("'data' (vhost-user-blk-pci): QEMU has no block node for it; '/machine/peripheral-anon/device[0]' (nvdimm)", refused.Message,
            StringComparison.Ordinal);
        Assert.EndsWith("--exclude data --exclude /machine/peripheral-anon/device[0]", refused.Message, StringComparison.Ordinal);
        refused = Assert.Throws<BackupException>(() => BackupPlanner.Plan(machine, new BackupRequest { Excluded = ["data"] }));
        Assert.DoesNotContain("data", refused.Message, StringComparison.Ordinal);

        BackupPlan plan = BackupPlanner.Plan(machine, new BackupRequest { Excluded = ["data", "/machine/peripheral-anon/device[0]"] });
        Assert.Equal(
            [
                "data: excluded; vhost-user-blk-pci: QEMU has no block node for it",
                "/machine/peripheral-anon/device[0]: excluded; nvdimm: QEMU has no block node for it",
            ],
            plan.LeftOut);
        Assert.Contains("there are node0, data", Assert.Throws<BackupException>(() =>
            BackupPlanner.Plan(machine, new BackupRequest { Excluded = ["date"] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_writable_drive_without_a_place_is_named_or_left_out_on_purpose()
    {
        VirtualMachine machine = Machine(V7, Disk(0), new VirtualDisk("last", 1 << 20) { DeviceType = "scsi-hd" });
        BackupException refused = Assert.Throws<BackupException>(() => BackupPlanner.Plan(machine));
        Assert.Contains("'last' (scsi-hd): no place left in a config, unless --drive NAME=last names it; to go on without: --exclude last", refused.Message,
            StringComparison.Ordinal);
        Assert.Equal(["last: excluded"], BackupPlanner.Plan(machine, new BackupRequest { Excluded = ["last"] }).LeftOut);
        Assert.Equal(["drive-virtio0", "more"],
            BackupPlanner.Plan(machine, new BackupRequest { Names = new Dictionary<string, string> { ["last"] = "more" } }).Disks.Select(disk => disk.Name));
    }

    [Fact]
    public void A_drive_can_be_named_also_a_read_only_one()
    {
        VirtualDisk cdrom = new("cd", 1 << 20) { ReadOnly = true };
        BackupPlan plan = BackupPlanner.Plan(Machine(V7, Disk(0), cdrom), new BackupRequest { Names = new Dictionary<string, string> { ["cd"] = "tools" } });
        Assert.Equal(["drive-virtio0", "tools"], plan.Disks.Select(disk => disk.Name));
    }

    [Fact]
    public void A_plan_that_cannot_be_made_is_refused_with_its_reason()
    {
        Assert.Contains("no drive 'x'", Assert.Throws<BackupException>(() =>
            BackupPlanner.Plan(Machine(V7, Disk(0)), new BackupRequest { Excluded = ["x"] })).Message, StringComparison.Ordinal);
        Assert.Throws<BackupException>(() => BackupPlanner.Plan(Machine(V7)));
        Assert.Throws<BackupException>(() => BackupPlanner.Plan(Machine(V7, Disk(0)) with { Status = "inmigrate" }));
        Assert.Throws<BackupException>(() => BackupPlanner.Plan(Machine(V5, Disk(0)), new BackupRequest { Ram = true }));
        Assert.True(BackupPlanner.Plan(Machine(V7, Disk(0)), new BackupRequest { Ram = true }).Ram);
    }

    [Fact]
    public void Places_are_those_that_names_say_and_else_the_next_free_ones()
    {
        VirtualDisk plain = new("a", 512) { DeviceType = "virtio-blk-device", HostName = "drive1" };
        VirtualDisk named = new("b", 512) { DeviceType = "virtio-blk-device", DeviceName = "virtio0" };
        VirtualDisk sata = new("c", 512) { DeviceType = "ide-hd", ControllerType = "ich9-ahci" };
        VirtualDisk nvme = new("d", 512) { DeviceType = "nvme-ns" };
        VirtualDisk flash = new("e", 512) { DeviceType = "cfi.pflash01" };
        Assert.Equal(["virtio1", "virtio0", "sata0", "scsi0", "efidisk0"], DiskPlaces.Give([plain, named, sata, nvme, flash]).Select(disk => disk.Place!.Key));
    }
}
