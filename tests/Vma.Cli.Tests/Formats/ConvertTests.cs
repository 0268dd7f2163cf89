// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Formats;

/// <summary><c>convert</c>: an archive to a directory of images, and images to an archive.</summary>
public sealed class ConvertTests
{
    [Theory]
    [InlineData("qcow2", ".qcow2")]
    [InlineData("vdi", ".vdi")]
    [InlineData("raw", ".raw")]
    public void A_converted_archive_is_converted_back_to_the_same_disks(string format, string extension)
    {
        using var machine = new Machine();
        machine.Run("convert", "a.vma", "images/", "--format", format).Succeeded();
        machine.AssertSame(machine["images"], format, extension);
        machine.Run("convert", "images", "b.vma.zst").Succeeded();
        machine.Run("convert", "b.vma.zst", "again/").Succeeded();
        machine.AssertSame(machine["again"], "raw", ".raw");
        Assert.Equal(File.ReadAllBytes(machine["qemu-server.conf"]), File.ReadAllBytes(machine["again/qemu-server.conf"]));
        machine.AssertGone();
    }

    [Fact]
    public void Images_become_disks_under_the_names_that_are_given()
    {
        using var machine = new Machine();
        machine.Shell("qemu-img convert -O qcow2 drive-scsi0.raw x.qcow2; qemu-img convert -O vmdk b.raw b.vmdk");
        machine.Run("convert", "drive-scsi0=x.qcow2", "format=vmdk:b=b.vmdk", "new.vma", "-c", "qemu-server.conf").Succeeded();
        machine.Run("convert", "new.vma", "out/").Succeeded();
        machine.AssertSame(machine["out"], "raw", ".raw", "drive-scsi0", "b");
    }

    [Theory]
    [InlineData("--threads=2")]
    [InlineData("--compress=zstd")]
    [InlineData("--no-seal")]
    public void What_is_for_an_archive_does_not_go_with_a_directory(string option)
    {
        using var machine = new Machine();
        Told.Usage(machine.Run("convert", "a.vma", "images/", option), option.Split('=')[0]);
    }

    [Fact]
    public void Convert_works_on_pipes_on_both_sides()
    {
        using var machine = new Machine();
        machine.Shell("mkdir in; cp drive-scsi0.raw in/disk-drive-scsi0.raw; " +
            "cp b.raw in/disk-b.raw; \"$VMA\" convert in - --compress zstd | \"$VMA\" convert - out/ --format qcow2");
        machine.AssertSame(machine["out"], "qcow2", ".qcow2", "drive-scsi0", "b");
    }

    [Fact]
    public void A_raw_disk_that_its_guest_made_look_like_another_format_stays_raw()
    {
        using var machine = new Machine();
        machine.Shell("mkdir in; qemu-img create -q -f qcow2 -u -b /etc/passwd -F raw in/disk-evil.raw 1M; " +
            "truncate -s 1M in/disk-evil.raw; \"$VMA\" convert in new.vma; \"$VMA\" convert new.vma out/; cmp in/disk-evil.raw out/disk-evil.raw");
    }

    [Theory]
    [InlineData("a.vma", "OUT is missing")]
    [InlineData("a.vma|b.vma", "vma repack")]
    [InlineData("a.vma|b.raw|out/", "one archive")]
    [InlineData("b.raw|new.vma|--format|qcow2", "a directory ends in a slash")]
    [InlineData("a.vma|out/|--compress|zstd", "OUT is a directory")]
    public void A_wrong_call_is_told(string arguments, string about)
    {
        using var machine = new Machine();
        string[] before = machine.Scratch.Entries;
        Told.Usage(machine.Run(["convert", .. arguments.Split('|')]), about);
        Assert.Equal(before, machine.Scratch.Entries);
    }
}
