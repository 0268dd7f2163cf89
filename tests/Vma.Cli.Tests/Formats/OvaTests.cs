// SPDX-License-Identifier: MIT

using System.Text;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Formats;

/// <summary>Whole machines as OVA, out of an archive and into one.</summary>
public sealed class OvaTests
{
    private const string PackQcow2 = """
        echo "<Envelope><References><File id='f' href='disk.qcow2'/></References><DiskSection><Disk diskId='d' fileRef='f' capacity='1048576'/></DiskSection>
        <VirtualSystem><Item><ResourceType>17</ResourceType><HostResource>/disk/d</HostResource></Item></VirtualSystem>
          </Envelope>" > m.ovf; tar cf m.ova m.ovf disk.qcow2
        """;

    [Theory]
    [InlineData("a.vma", "cp a.vma x")]
    [InlineData("a.vma.zst", "zstd -q a.vma")]
    [InlineData("b.vma.zst", "\"$VMA\" repack a.vma b.vma.zst")]
    public void An_archive_becomes_an_OVA_and_an_archive_again(string archive, string make)
    {
        using var machine = new Machine();
        machine.Shell(make);
        machine.Shell($"\"$VMA\" convert {archive} guest.ova");
        Assert.Equal(["guest.ovf", "guest-disk1.vmdk", "guest-disk2.vmdk", "guest-disk3.vmdk", "guest.mf"], machine.Shell("tar tf guest.ova")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries));

        machine.Shell("mkdir tar; tar xf guest.ova -C tar; cd tar; sed -nE 's/^SHA256\\((.*)\\)= (.*)$/\\2  \\1/p' guest.mf | sha256sum -c --quiet; " +
            "for n in 1 2 3; do qemu-img check -q guest-disk$n.vmdk; done");
        machine.Shell("qemu-img compare -f vmdk -F raw tar/guest-disk1.vmdk drive-scsi0.raw; " +
            "qemu-img compare -f vmdk -F raw tar/guest-disk2.vmdk drive-scsi1.raw; qemu-img compare -f vmdk -F raw tar/guest-disk3.vmdk b.raw");
        Assert.Contains("create type: streamOptimized", machine.Shell("qemu-img info tar/guest-disk2.vmdk"), StringComparison.Ordinal);
        Assert.InRange(new FileInfo(machine["tar/guest-disk2.vmdk"]).Length, 1 << 20, (1 << 20) + 200_000);

        machine.Run("convert", "guest.ova", "back.vma").Succeeded();
        machine.Run("extract", "back.vma", "out").Succeeded();
        machine.Shell("cmp -n 2098688 out/disk-drive-scsi0.raw drive-scsi0.raw; cmp -n 41943552 out/disk-drive-scsi1.raw drive-scsi1.raw; " +
            "cmp -n 70001 out/disk-drive-scsi2.raw b.raw");
        string config = machine.Run("config", "back.vma").Succeeded().Output;
        Assert.All(["name: guest\n", "memory: 2048\n", "cores: 2\n", "#qmdump#map:scsi1:drive-scsi1::raw:\n"], line =>
            Assert.Contains(line, config, StringComparison.Ordinal));
        machine.AssertGone();
    }

    [Fact]
    public void An_OVA_of_another_maker_is_read()
    {
        using var machine = new Machine();
        machine.Shell("qemu-img convert -f raw -O vmdk -o subformat=streamOptimized drive-scsi0.raw first.vmdk; " +
            "qemu-img convert -f raw -O vmdk b.raw second.vmdk");
        machine.Scratch.File("m.ovf", Encoding.UTF8.GetBytes("""
            <?xml version="1.0"?>
            <Envelope ovf:version="1.0" xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
              xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData">
              <References><File ovf:href="first.vmdk" ovf:id="f1"/><File ovf:href="second.vmdk" ovf:id="f2"/></References>
              <DiskSection><Info/><Disk ovf:capacity="3" ovf:capacityAllocationUnits="byte * 2^20" ovf:diskId="d1" ovf:fileRef="f1"/>
                <Disk ovf:capacity="70144" ovf:diskId="d2" ovf:fileRef="f2"/></DiskSection>
              <VirtualSystem ovf:id="old"><Info/><Name>My old machine!</Name>
                <VirtualHardwareSection><Info/>
                  <Item><rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>4</rasd:VirtualQuantity></Item>
                  <Item><rasd:AllocationUnits>byte * 2^30</rasd:AllocationUnits><rasd:InstanceID>2</rasd:InstanceID><rasd:ResourceType>4</rasd:ResourceType>
                    <rasd:VirtualQuantity>3</rasd:VirtualQuantity></Item>
                  <Item><rasd:InstanceID>3</rasd:InstanceID><rasd:ResourceType>5</rasd:ResourceType></Item>
                  <Item><rasd:InstanceID>4</rasd:InstanceID><rasd:ResourceType>20</rasd:ResourceType></Item>
                  <Item><rasd:HostResource>ovf:/disk/d1</rasd:HostResource><rasd:InstanceID>5</rasd:InstanceID><rasd:Parent>3</rasd:Parent>
                    <rasd:ResourceType>17</rasd:ResourceType></Item>
                  <Item><rasd:HostResource>/disk/d2</rasd:HostResource><rasd:InstanceID>6</rasd:InstanceID><rasd:Parent>4</rasd:Parent>
                    <rasd:ResourceType>17</rasd:ResourceType></Item>
                  <Item><rasd:Address>00:0c:29:aa:bb:cc</rasd:Address><rasd:InstanceID>7</rasd:InstanceID><rasd:ResourceSubType>VmxNet3</rasd:ResourceSubType>
                    <rasd:ResourceType>10</rasd:ResourceType></Item>
                </VirtualHardwareSection>
              </VirtualSystem>
            </Envelope>
            """));
        machine.Shell("sha1sum m.ovf first.vmdk second.vmdk | sed -E 's/^([0-9a-f]+)  (.*)$/SHA1(\\2)= \\1/' > m.mf; " +
            "tar cf m.ova m.ovf m.mf first.vmdk second.vmdk");
        machine.Run("create", "m.vma", "-d", "m.ova").Succeeded();
        machine.Run("extract", "m.vma", "out").Succeeded();
        machine.Shell("cmp -n 2098688 out/disk-drive-ide0.raw drive-scsi0.raw; cmp -n 70001 out/disk-drive-sata0.raw b.raw");
        string config = machine.Run("config", "m.vma").Succeeded().Output;
        Assert.All(["name: My-old-machine\n", "memory: 3072\n", "cores: 4\n", "net0: vmxnet3=00:0C:29:AA:BB:CC,bridge=vmbr0\n", "boot: order=ide0\n"], line =>
            Assert.Contains(line, config, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("qemu-img create -q -f qcow2 -o data_file=other.raw,data_file_raw=on disk.qcow2 1M", "has its data in another file")]
    [InlineData("truncate -s 1M other.raw; qemu-img create -q -f qcow2 -b other.raw -F raw disk.qcow2", "names another file that it lies on")]
    [InlineData("qemu-img create -q -f qcow2 disk.qcow2 1M; printf '\\200' | dd of=disk.qcow2 bs=1 seek=72 conv=notrunc status=none",
        "needs qcow2 features that are not known here")]
    [InlineData("truncate -s 4096 disk.qcow2", "is no qcow2 image")]
    public void An_image_in_an_OVA_opens_no_other_file(string make, string about)
    {
        using var machine = new Machine();
        machine.Shell($"{make}; {PackQcow2}");
        Told.Failure(machine.Run("create", "m.vma", "-d", "m.ova"), $"the file 'disk.qcow2' in it {about}");
        Assert.False(File.Exists(machine["m.vma"]));
        machine.AssertGone();
    }

    [Fact]
    public void A_qcow2_image_in_an_OVA_that_names_no_other_file_is_read()
    {
        using var machine = new Machine();
        machine.Shell($"qemu-img convert -c -f raw -O qcow2 drive-scsi0.raw disk.qcow2; {PackQcow2}");
        machine.Run("create", "m.vma", "-d", "m.ova").Succeeded();
        machine.Run("extract", "m.vma", "out").Succeeded();
        machine.Shell("cmp -n 2098688 out/disk-*.raw drive-scsi0.raw");
    }

    [Theory]
    [InlineData("printf x | dd of=t.ova bs=1 seek=600000 conv=notrunc status=none", "does not match its checksum")]
    [InlineData("truncate -s 100000 t.ova", "it ends inside the file")]
    [InlineData("head -c 5000 /dev/urandom > t.ova", "is not a whole tar file")]
    [InlineData("cd x; tar cf ../t.ova guest-disk1.vmdk guest.mf", "no OVF descriptor")]
    [InlineData("cd x; tar cf ../t.ova guest.ovf guest-disk1.vmdk", "'guest-disk2.vmdk' of the OVF descriptor is not in it")]
    [InlineData("cd x; sed -i 's/guest-disk1/..\\/guest-disk1/' guest.ovf; tar cf ../t.ova guest.ovf guest-disk*", "is not one beside the OVF descriptor")]
    [InlineData("cd x; sed -i '1s/.*/<!DOCTYPE Envelope [<!ENTITY x SYSTEM \"file:\\/\\/\\/etc\\/passwd\">]>/' guest.ovf; " +
        "tar cf ../t.ova guest.ovf guest-disk*", "descriptor cannot be read")]
    [InlineData("cd x; printf '# Disk DescriptorFile\\nversion=1\\nCID=1\\nparentCID=ffffffff\\ncreateType=\"monolithicFlat\"\\nRW 1 FLAT \"/etc/passwd\" " +
        "0\\n' > guest-disk1.vmdk; tar cf ../t.ova guest.ovf guest-disk*", "not a VMDK that holds its data itself")]
    public void A_damaged_or_hostile_OVA_is_refused_in_one_line(string harm, string about)
    {
        using var machine = new Machine();
        machine.Shell("\"$VMA\" convert a.vma t.ova; mkdir x; tar xf t.ova -C x; " + harm);
        Told.Failure(machine.Run("convert", "t.ova", "new.vma"), about);
        Assert.False(File.Exists(machine["new.vma"]));
        machine.AssertGone();
    }

    [Theory]
    [InlineData("-|x.ova", "archive in a file")]
    [InlineData("a.vma|x.ova|--format|qcow2", "no options")]
    [InlineData("a.vma|b.raw|x.ova", "one archive")]
    public void A_wrong_call_is_told(string arguments, string about)
    {
        using var machine = new Machine();
        Told.Usage(machine.Run(["convert", .. arguments.Split('|')]), about);
        Assert.False(File.Exists(machine["x.ova"]));
    }
}
