// SPDX-License-Identifier: MIT

using System.Text;
using Vma.Qemu.Guests;

namespace Vma.Fuzz.Cost;

/// <summary>What <c>boot</c> and <c>restore</c> make of a config costs in proportion to its text.</summary>
[Collection(typeof(Alone))]
public sealed class ConfigCostTests(ITestOutputHelper output)
{
    private const int Length = 1 << 20;
    private const int ConfigsInATestRun = 60;

    private static readonly byte[] Config = Encoding.UTF8.GetBytes("""
        #a note
        agent: enabled=1,fstrim_cloned_disks=1
        bios: ovmf
        boot: order=scsi0;net0;ide2
        cores: 4
        cpu: host,flags=+aes;+pcid
        efidisk0: local:vm-1-disk-1,efitype=4m,pre-enrolled-keys=1,size=4M
        ide2: none,media=cdrom
        machine: pc-q35-7.2+pve0
        memory: 4096
        name: guest
        net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1
        ostype: l26
        scsi0: local:vm-1-disk-0,discard=on,iothread=1,serial=0123,size=32G
        scsi00: local:vm-1-disk-2
        scsihw: virtio-scsi-single
        serial0: socket
        smbios1: uuid=11111111-2222-3333-4444-555555555555
        vga: virtio
        virtio1: local:vm-1-disk-3,cache=writeback
        #qmdump#map:scsi0:drive-scsi0:local:raw:

        """);

    // All disks and network cards that can be, so that what goes through their list for each word pays for it.
    private static readonly string AllDisks = string.Concat(
        Enumerable.Range(0, 31).Select(i => $"scsi{i}: a:b\n").Concat(Enumerable.Range(0, 16).Select(i => $"virtio{i}: a:b\n"))
            .Concat(Enumerable.Range(0, 32).Select(i => $"net{i}: virtio\n")));

    private static readonly Dictionary<string, (string Start, string Piece)> Pieces = new()
    {
        ["places in the order of booting"] = ($"{AllDisks}boot: order=", "net31;"),
        ["letters in the order of booting"] = ($"{AllDisks}boot: legacy=", "n"),
        ["unknown settings of a disk"] = ("scsi0: a:b", ",a"),
        ["empty lines"] = (AllDisks, "\n"),
        ["comments"] = (AllDisks, "#\n"),
        ["lines with the same key"] = (AllDisks, "a:b\n"),
        ["disks with the same key"] = (AllDisks, "scsi0: a:b\n"),
        ["sections"] = ("name: a\n", "[a]\n"),
        ["colons"] = ("a", ":"),
        ["blanks"] = ("name:", " "),
        ["digits"] = ("scsi", "0"),
    };

    public static TheoryData<string> Names => [.. Pieces.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void One_piece_of_a_config_again_and_again_costs_in_proportion(string name)
    {
        (string start, string piece) = Pieces[name];
        Require(new Repetition(name, Encoding.UTF8.GetBytes(start), Encoding.UTF8.GetBytes(piece)).Make(Length));
    }

    [Fact]
    public void Mutants_of_configs_cost_in_proportion() => CostRun.Run(output, "cost.conf", ConfigsInATestRun, static (random, _) =>
    {
        byte[] damaged = CompressedFuzzTests.Damage(random, Config, out string _);
        return damaged.Length == 0 ? damaged : Repetition.Any(random, damaged).Make(random.Next(damaged.Length, Length / 4));
    }, Require);

    private static void Require(byte[] text) => WorkBound.Usual.Require("a config", text.Length, () =>
    {
        var config = GuestConfig.Parse(text);
        QemuDisk[] disks = [.. config.Disks.Select(disk => QemuDisk.Raw(disk.Key, "/a"))];
        QemuCommandLine command = QemuArguments.Build(config, disks);
        int length = command.Arguments.Sum(argument => argument.Length) + command.Notes.Sum(note => note.Length)
            + config.Format(config.Disks).Length
            + LibvirtDomain.Format(config, "guest", config.Disks.ToDictionary(disk => disk.Key, _ => "/a")).Length;
        return (length, text.Length);
    });
}
