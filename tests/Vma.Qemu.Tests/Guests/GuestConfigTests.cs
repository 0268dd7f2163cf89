// SPDX-License-Identifier: MIT

using Vma.Qemu.Guests;

namespace Vma.Qemu.Tests.Guests;

public sealed class GuestConfigTests
{
    private const string Typical = """
        #A description
        #qmdump#map:scsi0:drive-scsi0:local-lvm:raw:
        agent: 1
        bios: ovmf
        boot: order=scsi0;ide2;net0
        cores: 4
        cpu: x86-64-v2-AES,flags=+aes
        efidisk0: local-lvm:vm-100-disk-0,efitype=4m,pre-enrolled-keys=1,size=4M
        ide2: none,media=cdrom
        machine: pc-q35-7.2+pve0
        memory: 4096
        name: web
        net0: virtio=bc:24:11:00:00:01,bridge=vmbr0,firewall=1
        onboot: 1
        ostype: l26
        scsi0: local-lvm:vm-100-disk-1,iothread=1,serial=a%2Cb,size=32G
        scsihw: virtio-scsi-single
        smbios1: uuid=0a0b0c0d-0001-0002-0003-000405060708
        sockets: 2
        hostpci0: 0000:01:00.0
        args: -device evil

        [before-upgrade]
        memory: 1
        """;

    [Fact]
    public void A_config_of_a_proxmox_host_is_understood()
    {
        var config = GuestConfig.Parse(Typical);

        Assert.Equal(("web", "pc-q35-7.2+pve0", true, "x86-64-v2-AES"), (config.Name, config.Machine, config.Uefi, config.Cpu));
        Assert.Equal((2, 4, 4096L), (config.Sockets, config.Cores, config.MemoryMiB));
        Assert.Equal(["efidisk0", "ide2", "scsi0"], config.Disks.Select(disk => disk.Key).Order());
        Assert.True(config.FindDisk("ide2")!.IsCdrom);
        Assert.Equal("BC:24:11:00:00:01", Assert.Single(config.Networks).Mac);
        Assert.Equal(["scsi0", "ide2", "net0"], config.BootOrder);
        Assert.Equal(["args: -device evil", "hostpci0: 0000:01:00.0"], config.Ignored.Order());
    }

    [Theory]
    [InlineData("memory: -1")]
    [InlineData("cores: 99999999999999999999")]
    [InlineData("name: a,b")]
    [InlineData("net0: bridge=vmbr0")]
    [InlineData("scsi99: a:b")]
    [InlineData("scsihw: -x")]
    public void An_impossible_value_is_left_out_and_told(string line)
    {
        var config = GuestConfig.Parse(line);
        Assert.Single(config.Ignored);
        Assert.Equal(new GuestConfig().Format([]), config.Format([]));
    }

    [Theory]
    [InlineData("scsi0: a:b\nscsi00: a:c", "scsi00: a:c")]
    [InlineData("scsi00: a:b\nscsi0: a:c", "scsi0: a:c")]
    [InlineData("net1: e1000=00:11:22:33:44:55\nnet01: virtio=00:11:22:33:44:66", "net01: virtio=00:11:22:33:44:66")]
    [InlineData("efidisk0: a:b\nefidisk00: a:c", "efidisk00: a:c")]
    public void Of_two_ways_to_write_a_key_the_first_counts_and_the_other_is_told(string text, string ignored)
    {
        var config = GuestConfig.Parse(text);
        Assert.Equal(1, config.Disks.Count + config.Networks.Count);
        Assert.DoesNotContain(config.Disks, disk => disk.Volume == "a:c");
        Assert.DoesNotContain(config.Networks, network => network.Model == "virtio");
        Assert.Equal([ignored], config.Ignored);
    }

    [Theory]
    [InlineData("machine: help")]
    [InlineData("machine: type=help")]
    [InlineData("machine: help+pve0")]
    [InlineData("machine: help.pxe")]
    [InlineData("machine: ?")]
    [InlineData("machine: pc:x")]
    [InlineData("cpu: help")]
    [InlineData("cpu: cputype=help")]
    [InlineData("cpu: ?")]
    public void A_word_that_QEMU_takes_for_something_else_does_not_get_there(string line)
    {
        QemuCommandLine command = QemuArguments.Build(GuestConfig.Parse(line), []);
        Assert.DoesNotContain(command.Arguments, argument => argument.Contains("help", StringComparison.Ordinal) || argument.Contains('?'));
        Assert.StartsWith($"not taken over: {line[..line.IndexOf(':', StringComparison.Ordinal)]}: ", Assert.Single(command.Notes), StringComparison.Ordinal);
        Assert.Equal(("pc", "kvm64"), (After(command, "-machine"), After(command, "-cpu")));
    }

    [Fact]
    public void A_guest_may_be_called_help() =>
        Assert.Equal("guest=help", After(QemuArguments.Build(GuestConfig.Parse("name: help"), []), "-name"));

    [Theory]
    [InlineData("help")]
    [InlineData("pc,accel=x")]
    [InlineData("pc\nx")]
    [InlineData("")]
    public void A_config_that_was_not_read_gives_QEMU_no_other_options_either(string value)
    {
        var config = new GuestConfig
        {
            Machine = value,
            Cpu = value,
            Name = value == "help" ? null : value,
            Networks = [new GuestNetwork(0, "virtio") { Mac = value }],
        };
        QemuCommandLine command = QemuArguments.Build(config, []);
        Assert.Equal(("pc", "kvm64"), (After(command, "-machine"), After(command, "-cpu")));
        Assert.DoesNotContain("-name", command.Arguments);
        Assert.DoesNotContain(command.Arguments, argument => argument.Contains("mac=", StringComparison.Ordinal));
        Assert.Contains($"not taken over: machine: {value}", command.Notes);
    }

    public static TheoryData<string> Hostile =>
    [
        "x\nargs: -device evil", "x\rargs: y", "x\nhookscript: local:snippets/x", "\nargs: x", "x\n", "x\0y", "x\u0085y", "x\u2028y", "x\u202ey", "x,y=z",
        "\e[2J", " ", "help,x",
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void No_value_makes_a_line_or_a_setting_of_its_own(string evil)
    {
        var settings = new Dictionary<string, string> { ["size"] = "4K", ["serial"] = evil, [evil] = "1" };
        var config = new GuestConfig
        {
            Name = evil,
            Machine = evil,
            Cpu = evil,
            ScsiController = evil,
            OperatingSystem = evil,
            Graphics = evil,
            BootOrder = ["scsi0", evil],
            Disks = [new GuestDisk(GuestBus.Scsi, 0) { Volume = evil, Settings = settings }],
            Networks =
            [
                new GuestNetwork(0, "virtio") { Mac = evil, Settings = settings }, new GuestNetwork(1, evil),
                new GuestNetwork(2, "e1000") { Mac = "00:11:22:33:44:55\n" },
            ],
        };
        Assert.Equal(
            "boot: order=scsi0\ncores: 1\nscsi0: local:vm-disk-scsi0,size=4K\nmemory: 512\nnet0: model=virtio,size=4K\nnet2: model=e1000\nsockets: 1\n",
            config.Format([]));
    }

    [Fact]
    public void What_is_formatted_reads_the_same()
    {
        GuestConfig config = GuestConfig.Parse(Typical) with { Ignored = [] };
        string text = config.Format([config.FindDisk("scsi0")!]);
        var again = GuestConfig.Parse(text);
        Assert.Equal(text, again.Format([again.FindDisk("scsi0")!]));
        Assert.Contains("#qmdump#map:scsi0:drive-scsi0::raw:\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("order=net0;scsi0;net0;net0", "net0 scsi0")]
    [InlineData("nnncccnnn", "net0 scsi0")]
    public void A_device_is_booted_from_once_however_often_the_order_names_it(string boot, string expected) =>
        Assert.Equal(expected, string.Join(' ', GuestConfig.Parse($"scsi0: a:b\nnet0: virtio\nboot: {boot}\n").BootOrder));

    [Fact]
    public void The_old_boot_order_is_understood()
    {
        var config = GuestConfig.Parse("boot: dcn\nbootdisk: virtio1\nvirtio0: a:b\nvirtio1: a:c\nide2: none,media=cdrom\nnet0: e1000=00:11:22:33:44:55");
        Assert.Equal(["ide2", "virtio1", "net0"], config.BootOrder);
    }

    [Fact]
    public void Arguments_name_each_disk_and_what_is_left_out()
    {
        var config = GuestConfig.Parse(Typical);
        QemuCommandLine line = QemuArguments.Build(config, [QemuDisk.Raw("scsi0", "/x,y.raw"), QemuDisk.Raw("efidisk0", "/vars.raw")]);

        string all = string.Join(' ', line.Arguments);
        Assert.Contains("-machine pc-q35-7.2,pflash0=efi-code,pflash1=drive-efidisk0,smm=on", all, StringComparison.Ordinal);
        Assert.Contains("""{"driver":"raw","file":{"driver":"file","filename":"/x,y.raw","discard":"unmap"},"discard":"unmap","node-name":"drive-scsi0"}""",
            line.Arguments);
        Assert.Contains("scsi-hd,bus=virtioscsi0.0,channel=0,scsi-id=0,lun=0,drive=drive-scsi0,id=scsi0,bootindex=100,serial=a,,b", line.Arguments);
        Assert.Contains("virtio-scsi-pci,id=virtioscsi0,iothread=iothread-scsi0", line.Arguments);
        Assert.Contains("not taken over: args: -device evil", line.Notes);
        Assert.DoesNotContain("evil", all, StringComparison.Ordinal);
    }

    private static string After(QemuCommandLine command, string option) => command.Arguments.SkipWhile(argument => argument != option).ElementAt(1);
}
