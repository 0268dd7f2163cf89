// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Extract;

/// <summary><c>extract -d</c> restores what is named, and says so when there is no such thing.</summary>
public sealed class SelectionTests
{
    [Theory]
    [InlineData("drive-scsi1", "disk-drive-scsi1.raw")]
    [InlineData("drive-scsi1,drive-scsi0", "disk-drive-scsi0.raw disk-drive-scsi1.raw")]
    [InlineData("drive-scsi1,drive-scsi1", "disk-drive-scsi1.raw")]
    [InlineData("dev_id:3", "disk-drive-efidisk0.raw")]
    public void Only_the_named_disks_are_restored(string names, string files)
    {
        using var scratch = new Scratch();
        GoldenArchive golden = GoldenSet.Find("three-disks.vma");
        VmaCall.Run("extract", "-d", names, golden.Path, scratch["out"]).Succeeded();
        string[] disks = [.. Scratch.Names(scratch["out"]).Where(name => name.EndsWith(".raw", StringComparison.Ordinal))];
        Assert.Equal(files.Split(' '), disks);
        Assert.All(disks, disk => Assert.Equal(golden.Devices.Single(device =>
            device.FileName == disk).ImageSha256, Images.Sha256(Path.Combine(scratch["out"], disk))));
    }

    [Fact]
    public void The_option_d_may_be_repeated()
    {
        using var scratch = new Scratch();
        VmaCall.Run("extract", "-d", "drive-scsi0", "-d", "drive-scsi1", Places.Golden("three-disks.vma"), scratch["out"]).Succeeded();
        Assert.DoesNotContain("disk-drive-efidisk0.raw", Scratch.Names(scratch["out"]));
        Assert.Equal(2, Scratch.Names(scratch["out"]).Count(name => name.EndsWith(".raw", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("nonesuch")]
    [InlineData("drive-scsi0,nonesuch")]
    [InlineData("dev_id:9")]
    [InlineData("DRIVE-SCSI0")]
    public void An_unknown_name_is_answered_with_the_names_there_are(string names)
    {
        using var scratch = new Scratch();
        VmaResult result = VmaCall.Run("extract", "-d", names, Places.Golden("three-disks.vma"), scratch["out"]);
        Told.Usage(result, $"'{names.Split(',')[^1]}'");
        Assert.Contains("'drive-scsi0', 'drive-scsi1', 'drive-efidisk0'", result.Error, StringComparison.Ordinal);
        Assert.Empty(scratch.Entries);
    }

    [Fact]
    public void RAM_state_is_restored_only_when_it_is_named()
    {
        using var scratch = new Scratch();
        string file = Places.Golden("vmstate.vma");
        VmaCall.Run("extract", "-d", "drive-scsi0", file, scratch["disk"]).Succeeded();
        VmaCall.Run("extract", "-d", "vmstate", file, scratch["state"]).Succeeded();
        Assert.DoesNotContain("vmstate.bin", Scratch.Names(scratch["disk"]));
        Assert.Equal(["qemu-server.conf", "vmstate.bin"], Scratch.Names(scratch["state"]));
    }

    [Fact]
    public void Configs_can_be_left_out()
    {
        using var scratch = new Scratch();
        VmaCall.Run("extract", "--no-configs", Places.Golden("size-5k.vma"), scratch["out"]).Succeeded();
        Assert.Equal(["disk-drive-virtio0.raw"], Scratch.Names(scratch["out"]));
    }
}
