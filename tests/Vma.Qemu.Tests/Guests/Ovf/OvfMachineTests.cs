// SPDX-License-Identifier: MIT

using System.Text;
using Vma.Qemu.Guests;
using Vma.Qemu.Guests.Ovf;

namespace Vma.Qemu.Tests.Guests.Ovf;

/// <summary>Descriptors of machines, there and back.</summary>
public sealed class OvfMachineTests
{
    [Fact]
    public void A_machine_that_is_written_is_read_back()
    {
        var machine = new OvfMachine("web <1> & \"more\"")
        {
            Cpus = 6,
            MemoryMiB = 4096,
            Uefi = true,
            Disks = [new OvfDisk("a.vmdk", 1 << 30, GuestBus.Scsi, 0), new OvfDisk("b.vmdk", 512, GuestBus.Sata, 0),
                new OvfDisk("c.vmdk", 7 << 20, GuestBus.Scsi, 1), new OvfDisk("d.vmdk", 1, GuestBus.Ide, 0)],
            Networks = [new OvfNetwork("E1000", "AA:BB:CC:00:11:22"), new OvfNetwork("VmxNet3", null)],
        };
        OvfMachine read = Read(Write(machine));
        Assert.Equal((machine.Name, machine.Cpus, machine.MemoryMiB, machine.Uefi), (read.Name, read.Cpus, read.MemoryMiB, read.Uefi));
        Assert.Equal(machine.Disks, read.Disks);
        Assert.Equal(machine.Networks, read.Networks);
    }

    [Fact]
    public void A_config_keeps_what_both_know()
    {
        GuestConfig config = GuestConfig.Parse("name: web\nsockets: 2\ncores: 3\nmemory: 3000\nbios: ovmf\nnet0: virtio=AA:BB:CC:00:11:22,bridge=vmbr1\n");
        OvfMachine machine = OvfMachine.From(config, [new OvfDisk("web-disk1.vmdk", 5000, GuestBus.Sata, 0)]);
        GuestConfig back = GuestConfig.Parse(Read(Write(machine)).ToGuestConfig().Format([]));
        Assert.Equal(("web", 6, 3000L, true), (back.Name, back.Sockets * back.Cores, back.MemoryMiB, back.Uefi));
        Assert.Equal("AA:BB:CC:00:11:22", Assert.Single(back.Networks).Mac);
        GuestDisk disk = Assert.Single(back.Disks);
        Assert.Equal(("sata0", "5K"), (disk.Key, disk.Settings["size"]));
    }

    [Theory]
    [InlineData("<x/>", "describes 0 machines")]
    [InlineData("<Envelope><VirtualSystem/><VirtualSystem/></Envelope>", "describes 2 machines")]
    [InlineData("no xml", "cannot be read")]
    [InlineData("<!DOCTYPE x [<!ENTITY a \"b\">]><Envelope>&a;</Envelope>", "cannot be read")]
    [InlineData("<Envelope><DiskSection><Disk diskId='d' fileRef='f' capacity='99999999999999999999'/></DiskSection><References><File id='f' " +
        "href='a'/></References><VirtualSystem><Item><ResourceType>17</ResourceType><HostResource>d</HostResource></Item></VirtualSystem></Envelope>",
            "cannot be read")]
    [InlineData("<Envelope><DiskSection><Disk diskId='d' fileRef='f' capacity='9223372036854775807' capacityAllocationUnits='byte * " +
        "2^40'/></DiskSection><References><File id='f' href='a'/></References>" +
        "<VirtualSystem><Item><ResourceType>17</ResourceType><HostResource>d</HostResource></Item></VirtualSystem></Envelope>", "cannot be read")]
    [InlineData("<Envelope><DiskSection><Disk diskId='d' fileRef='f' capacity='1' capacityAllocationUnits='furlong'/></DiskSection><References><File id='f' " +
        "href='a'/></References><VirtualSystem><Item><ResourceType>17</ResourceType><HostResource>d</HostResource></Item></VirtualSystem></Envelope>",
            "'furlong'")]
    [InlineData("<Envelope><DiskSection><Disk diskId='d' fileRef='f' capacity='1'/></DiskSection><References><File id='f' href='/etc/passwd'/></References>" +
        "<VirtualSystem><Item><ResourceType>17</ResourceType><HostResource>d</HostResource></Item></VirtualSystem></Envelope>", "not one beside")]
    [InlineData("<Envelope><DiskSection><Disk diskId='d' fileRef='f' capacity='1'/></DiskSection><References><File id='f' href='a' " +
        "compression='gzip'/></References><VirtualSystem><Item><ResourceType>17</ResourceType><HostResource>d</HostResource></Item></VirtualSystem></Envelope>",
            "compressed or in pieces")]
    public void A_wrong_descriptor_is_told_in_one_line(string xml, string about)
    {
        OvfException failure = Assert.Throws<OvfException>(() => Read(Encoding.UTF8.GetBytes(xml)));
        Assert.Contains(about, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public void Elements_nested_without_end_are_no_crash()
    {
        const int Depth = 200_000;
        byte[] xml = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("<a>", Depth)) + string.Concat(Enumerable.Repeat("</a>", Depth)));
        Assert.Throws<OvfException>(() => Read(xml));
    }

    [Fact]
    public void A_descriptor_without_end_is_refused() =>
        Assert.Contains("cannot be read", Assert.Throws<OvfException>(() =>
            Read(Encoding.UTF8.GetBytes("<Envelope>" + new string(' ', 5 << 20) + "</Envelope>"))).Message, StringComparison.Ordinal);

    private static byte[] Write(OvfMachine machine)
    {
        var stream = new MemoryStream();
        machine.Write(stream);
        return stream.ToArray();
    }

    private static OvfMachine Read(byte[] descriptor) => OvfMachine.Read(new MemoryStream(descriptor));
}
