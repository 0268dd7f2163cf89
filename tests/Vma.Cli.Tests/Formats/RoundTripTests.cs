// SPDX-License-Identifier: MIT

namespace Vma.Cli.Tests.Formats;

/// <summary>Disks out of an archive in each format, and back into one, in one pass.</summary>
public sealed class RoundTripTests
{
    [Theory]
    [InlineData("raw", ".raw", "")]
    [InlineData("qcow2", ".qcow2", "")]
    [InlineData("qcow2", ".qcow2", "compat=0.10,cluster_size=4096")]
    [InlineData("qcow2", ".qcow2", "extended_l2=on,cluster_size=128k")]
    [InlineData("vmdk", ".vmdk", "")]
    [InlineData("vmdk", ".vmdk", "subformat=streamOptimized")]
    [InlineData("vdi", ".vdi", "")]
    [InlineData("vhdx", ".vhdx", "")]
    [InlineData("vpc", ".vhd", "")]
    [InlineData("vpc", ".vhd", "subformat=fixed")]
    [InlineData("qed", ".qed", "")]
    [InlineData("parallels", ".hdd", "")]
    public void Every_format_holds_the_same_both_ways(string format, string extension, string options)
    {
        using var machine = new Machine();
        machine.Run(["extract", "a.vma", "out", "--format", format, .. options.Length > 0 ? new[] { "-o", options } : []]).Succeeded();
        machine.AssertSame(machine["out"], format, extension);
        Assert.Equal([.. Machine.Disks.Select(disk => $"disk-{disk}{extension}"), "qemu-server.conf"], Scratch.Names(machine["out"])
            .OrderBy(name => Array.IndexOf([.. Machine.Disks], name.Replace("disk-", null).Replace(extension, null)) is var at and >= 0 ? at : 9));

        machine.Run(["create", "b.vma", .. Machine.Disks.SelectMany(disk => new[] { "-d", $"format={format}:{disk}=out/disk-{disk}{extension}" })]).Succeeded();
        machine.Run("extract", "b.vma", "again").Succeeded();
        machine.AssertSame(machine["again"], "raw", ".raw");
        machine.AssertGone();
    }

    [Theory]
    [InlineData("qcow2", ".qcow2")]
    [InlineData("vmdk", ".vmdk")]
    [InlineData("vdi", ".vdi")]
    [InlineData("vhdx", ".vhdx")]
    [InlineData("vpc", ".vhd")]
    public void What_is_sparse_stays_sparse(string format, string extension)
    {
        using var machine = new Machine();
        machine.Run("extract", "a.vma", "out", "--format", format).Succeeded();
        // A megabyte of data in 40, a cluster of the format around each end, and the format's own tables.
        Assert.InRange(Images.AllocatedBytes(machine[$"out/disk-drive-scsi1{extension}"]), 1 << 20, 12 << 20);
        machine.Run("create", "b.vma", "-d", $"out/disk-drive-scsi1{extension}").Succeeded();
        Assert.InRange(new FileInfo(machine["b.vma"]).Length, 1 << 20, (1 << 20) + 200_000);
    }

    [Theory]
    [InlineData("preallocation=full")]
    [InlineData("preallocation=falloc")]
    public void Preallocation_is_honoured(string option)
    {
        using var machine = new Machine();
        machine.Run("extract", "a.vma", "out", "--format", "qcow2", "-o", option).Succeeded();
        machine.AssertSame(machine["out"], "qcow2", ".qcow2");
        Assert.InRange(Images.AllocatedBytes(machine["out/disk-drive-scsi1.qcow2"]), 40 << 20, 50 << 20);
        machine.Run("extract", "a.vma", "raw", "--format", "raw", "-o", option).Succeeded();
        machine.AssertSame(machine["raw"], "raw", ".raw");
        Assert.InRange(Images.AllocatedBytes(machine["raw/disk-drive-scsi1.raw"]), 40 << 20, 50 << 20);
    }

    [Fact]
    public void Creation_options_are_those_of_qemu_img()
    {
        using var machine = new Machine();
        machine.Run("extract", "a.vma", "out", "--format", "qcow2", "-o", "compat=0.10", "-o", "cluster_size=2M").Succeeded();
        string shown = machine.Shell("qemu-img info out/disk-b.qcow2");
        Assert.Contains("compat: 0.10", shown, StringComparison.Ordinal);
        Assert.Contains("cluster_size: 2097152", shown, StringComparison.Ordinal);
        machine.Run("extract", "a.vma", "stream", "--format", "vmdk", "-o", "subformat=streamOptimized,adapter_type=lsilogic").Succeeded();
        Assert.Contains("create type: streamOptimized", machine.Shell("qemu-img info stream/disk-b.vmdk; qemu-img check -q stream/disk-drive-scsi1.vmdk"),
            StringComparison.Ordinal);
        Assert.Contains("adapterType=\"lsilogic\"",
            machine.Shell("strings -n 8 stream/disk-b.vmdk 2>/dev/null || cat stream/disk-b.vmdk | tr -c '[:print:]' '\\n'")
            .Replace(" ", null), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Each_drive_can_have_its_own_format()
    {
        using var machine = new Machine();
        machine.Run("extract", "a.vma", "out", "-d", "scsi0:qcow2,drive-scsi1:vdi", "-d", "b", "--format", "vmdk").Succeeded();
        Assert.Equal(["disk-b.vmdk", "disk-drive-scsi0.qcow2", "disk-drive-scsi1.vdi", "qemu-server.conf"], Scratch.Names(machine["out"]));
        machine.AssertSame(machine["out"], "qcow2", ".qcow2", "drive-scsi0");
        machine.AssertSame(machine["out"], "vdi", ".vdi", "drive-scsi1");
        machine.AssertSame(machine["out"], "vmdk", ".vmdk", "b");
    }

    [Fact]
    public void A_pipe_and_a_compressed_archive_give_the_same_images()
    {
        using var machine = new Machine();
        machine.Shell("zstd -q a.vma; cat a.vma.zst | \"$VMA\" extract - out --format qcow2");
        machine.AssertSame(machine["out"], "qcow2", ".qcow2");
        machine.Shell("\"$VMA\" create - --compress zstd -d b=out/disk-b.qcow2 -d drive-scsi0=out/disk-drive-scsi0.qcow2 | \"$VMA\" extract - again --format " +
            "vmdk");
        machine.AssertSame(machine["again"], "vmdk", ".vmdk", "b", "drive-scsi0");
    }

    [Fact]
    public void RAM_state_stays_raw()
    {
        using var machine = new Machine();
        machine.Run("create", "m.vma", "-d", "format=raw:vmstate=b.raw", "-d", "format=raw:a=drive-scsi0.raw").Succeeded();
        machine.Run("extract", "m.vma", "out", "--format", "qcow2").Succeeded();
        Assert.Equal(["disk-a.qcow2", "vmstate.bin"], Scratch.Names(machine["out"]));
    }

    [Fact]
    public void The_report_tells_the_format()
    {
        using var machine = new Machine();
        var devices = machine.Run("extract", "a.vma", "out", "--json", "-d", "b:qcow2").Succeeded().Json.GetProperty("devices");
        Assert.Equal("qcow2", devices[0].GetProperty("format").GetString());
        Assert.Equal("out/disk-b.qcow2", devices[0].GetProperty("path").GetString());
    }
}
