// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Formats;

/// <summary>Images that are more than one plain file, and those that cannot be read.</summary>
public sealed class SourceTests
{
    [Fact]
    public void A_backing_chain_reads_as_one_disk_and_is_told()
    {
        using var machine = new Machine();
        machine.Shell("qemu-img create -q -f qcow2 -b b.raw -F raw mid.qcow2; qemu-img create -q -f qcow2 -b mid.qcow2 -F qcow2 top.qcow2; " +
            "qemu-io -c 'write -P 5 4k 8k' top.qcow2; qemu-img convert -O raw top.qcow2 expected.raw");
        VmaResult result = machine.Run("create", "c.vma", "-d", "top.qcow2");
        Assert.Equal($"vma: 'top.qcow2' is read together with '{machine["mid.qcow2"]}', '{machine["b.raw"]}'", Told.OneLine(0, result));
        machine.Run("extract", "c.vma", "out").Succeeded();
        machine.Shell("cmp out/disk-disk0.raw expected.raw");
    }

    [Fact]
    public void An_internal_snapshot_can_be_stored()
    {
        using var machine = new Machine();
        machine.Shell("qemu-img convert -O qcow2 b.raw s.qcow2; qemu-img snapshot -c before s.qcow2; qemu-io -c 'write -P 5 0 64k' s.qcow2");
        machine.Run("create", "now.vma", "-d", "format=qcow2:b=s.qcow2").Succeeded();
        machine.Run("create", "before.vma", "-d", "format=qcow2:snapshot=before:b=s.qcow2").Succeeded();
        machine.Run("extract", "now.vma", "now").Succeeded();
        machine.Run("extract", "before.vma", "before").Succeeded();
        machine.AssertSame(machine["before"], "raw", ".raw", "b");
        Assert.Equal(5, File.ReadAllBytes(machine["now/disk-b.raw"])[0]);
    }

    [Fact]
    public void An_NBD_export_is_a_disk()
    {
        using var machine = new Machine();
        machine.Shell("qemu-nbd --fork --persistent -f raw -r --shared=0 -x disk -k \"$PWD/s\" --pid-file=pid b.raw");
        try
        {
            string uri = $"nbd+unix:///disk?socket={machine["s"]}";
            machine.Run("create", "n.vma", "-d", $"b={uri}", "-d", uri).Succeeded();
            machine.Run("extract", "n.vma", "out").Succeeded();
            machine.AssertSame(machine["out"], "raw", ".raw", "b");
            machine.Shell("cmp out/disk-b.raw out/disk-disk1.raw");
        }
        finally
        {
            machine.Shell("kill $(cat pid)");
        }
    }

    [Fact]
    public void An_encrypted_image_needs_its_key()
    {
        using var machine = new Machine();
        machine.Shell("printf secret > key; for try in $(seq 100); " +
            "do qemu-img convert -O luks -o key-secret=s,iter-time=10 --object secret,id=s,file=key drive-scsi0.raw e.luks 2>/dev/null && exit; done; exit 1");
        Told.Failure(machine.Run("create", "e.vma", "-d", "format=luks:drive-scsi0=e.luks"),
            "'e.luks': Parameter 'key-secret' is required for cipher; it is encrypted: give its passphrase with --key-file");
        Told.Failure(machine.Run("create", "e.vma", "-d", "format=luks:drive-scsi0=e.luks", "--key-file", "b.raw"), "'e.luks': ");
        machine.Run("create", "e.vma", "-d", "drive-scsi0=e.luks", "--key-file", "key").Succeeded();
        machine.Run("extract", "e.vma", "out").Succeeded();
        machine.AssertSame(machine["out"], "raw", ".raw", "drive-scsi0");
    }

    [Theory]
    [InlineData("qemu-img convert -O qcow2 drive-scsi0.raw x; printf '\\377\\377\\377\\377' | dd of=x bs=1 seek=40 conv=notrunc status=none", "qcow2",
        "'x': ")] // the table of tables lies elsewhere
    [InlineData("qemu-img convert -O vmdk drive-scsi0.raw x; truncate -s 100 x", "vmdk", "'x': ")]
    [InlineData("qemu-img convert -O vhdx drive-scsi0.raw x; truncate -s 70000 x", "vhdx", "'x': ")]
    [InlineData("head -c 5000 /dev/urandom > x", "vdi", "'x': ")]
    [InlineData("qemu-img create -q -f qcow2 -u -b nbd://localhost/y -F raw x 1M", "qcow2", "only local files are followed")]
    [InlineData("qemu-img create -q -f qcow2 -u -b missing.raw -F raw x 1M", "qcow2", "No such file or directory")]
    public void A_broken_image_is_told_in_one_line(string make, string format, string about)
    {
        using var machine = new Machine();
        machine.Shell(make);
        Told.Failure(machine.Run("create", "x.vma", "-d", $"format={format}:x"), about);
        Assert.False(File.Exists(machine["x.vma"]));
        machine.AssertGone();
    }

    [Fact]
    public void An_image_that_breaks_in_the_middle_is_named()
    {
        using var machine = new Machine(8);
        machine.Shell("qemu-img convert -c -O qcow2 -o cluster_size=64k drive-scsi0.raw x.qcow2; size=$(stat -c %s x.qcow2); " +
            "dd if=/dev/zero of=x.qcow2 bs=1 seek=$((size / 2)) count=200000 conv=notrunc status=none");
        Told.Failure(machine.Run("create", "x.vma", "-d", "x.qcow2"), "cannot read disk 'x.qcow2': ");
        Assert.False(File.Exists(machine["x.vma"]));
        machine.AssertGone();
    }

    [Fact]
    public void Without_the_tools_raw_works_and_the_others_name_the_package()
    {
        using var machine = new Machine();
        machine.Shell("qemu-img convert -O qcow2 b.raw b.qcow2; " +
            "PATH= ; \"$VMA\" create raw.vma -d b.raw -d format=raw:x=b.qcow2; \"$VMA\" extract raw.vma raw; : > done");
        Assert.Equal(["disk-disk0.raw", "disk-x.raw"], Scratch.Names(machine["raw"]));
        foreach (string arguments in (string[])["create x.vma -d format=qcow2:b.qcow2", "create x.vma -d b.qcow2", "extract a.vma out --format qcow2",
            "extract a.vma out -d scsi0:vdi"])
        {
            VmaResult result = new VmaCallInShell($"PATH= ; exec \"$VMA\" {arguments}", machine.Scratch.Path).Run();
            Told.Failure(result, "install the package qemu-utils");
        }

        Assert.False(Path.Exists(machine["out"]) || Path.Exists(machine["x.vma"]));
    }
}
