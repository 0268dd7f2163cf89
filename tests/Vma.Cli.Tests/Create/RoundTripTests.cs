// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Create;

/// <summary>What goes in comes out, and the archive is what the options ask for.</summary>
public sealed class RoundTripTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(65536)]
    [InlineData(65537)]
    [InlineData(58 * 65536)]
    [InlineData(59 * 65536 + 5000)]
    [InlineData(9_000_001)]
    public void A_disk_comes_back_rounded_up_to_whole_sectors(int length)
    {
        using var scratch = new Scratch();
        byte[] disk = Images.Striped(length, length);
        scratch.File("disk.raw", disk);
        RunIn(scratch, "create", "a.vma", "-d", "format=raw:drive-scsi0=disk.raw").Succeeded();
        Assert.Contains("; data checked", RunIn(scratch, "verify", "a.vma").Succeeded().Error, StringComparison.Ordinal);
        RunIn(scratch, "extract", "a.vma", "out").Succeeded();
        byte[] expected = new byte[(length + 511) / 512 * 512];
        disk.CopyTo(expected, 0);
        Assert.Equal(expected, File.ReadAllBytes(scratch["out/disk-drive-scsi0.raw"]));
    }

    [Fact]
    public void Several_disks_and_configs_come_back()
    {
        using var scratch = new Scratch();
        byte[][] disks = [.. Enumerable.Range(0, 5).Select(i => Images.Striped(100_000 * (i + 1) / 512 * 512, i))];
        string[] arguments = [.. disks.SelectMany((disk, i) => (string[])["-d", $"format=raw:d{i}={scratch.File($"{i}.raw", disk)}"])];
        scratch.File("qemu-server.conf", [.. "cores: 4\n"u8]);
        scratch.File("qemu-server.fw", [.. "[OPTIONS]\n"u8]);
        RunIn(scratch, ["create", "-c", "qemu-server.conf", "a.vma", .. arguments, "-c", "qemu-server.fw"]).Succeeded();
        RunIn(scratch, "extract", "a.vma", "out").Succeeded();
        Assert.All(disks.Index(), disk => Assert.Equal(disk.Item, File.ReadAllBytes(scratch[$"out/disk-d{disk.Index}.raw"])));
        Assert.Equal("cores: 4\n", File.ReadAllText(scratch["out/qemu-server.conf"]));
        Assert.Equal("[OPTIONS]\n", File.ReadAllText(scratch["out/qemu-server.fw"]));
        Assert.Equal(7, Scratch.Names(scratch["out"]).Length);
    }

    [Fact]
    public void A_sparse_disk_stays_sparse()
    {
        using var scratch = new Scratch();
        Images.Sparse(scratch["disk.raw"], 1L << 30, 300 << 20);
        RunIn(scratch, "create", "a.vma", "-d", "format=raw:a=disk.raw").Succeeded();
        Assert.InRange(new FileInfo(scratch["a.vma"]).Length, 1 << 20, 3 << 20);
        RunIn(scratch, "extract", "a.vma", "out").Succeeded();
        Assert.Equal(Images.Sha256(scratch["disk.raw"]), Images.Sha256(scratch["out/disk-a.raw"]));
        Assert.InRange(Images.AllocatedBytes(scratch["out/disk-a.raw"]), 1 << 20, (1 << 20) + 65536);
    }

    [Fact]
    public void A_disk_of_holes_takes_no_space_when_it_is_restored()
    {
        using var scratch = new Scratch();
        Images.Sparse(scratch["disk.raw"], 10L << 30);
        RunIn(scratch, "create", "a.vma", "-d", "format=raw:a=disk.raw", "--no-seal").Succeeded();
        RunIn(scratch, "extract", "a.vma", "out").Succeeded();
        Assert.Equal(10L << 30, new FileInfo(scratch["out/disk-a.raw"]).Length);
        Assert.InRange(Images.AllocatedBytes(scratch["out/disk-a.raw"]), 0, 65535);
    }

    [Fact]
    public void An_archive_is_sealed_unless_told_otherwise()
    {
        using var scratch = new Scratch();
        scratch.File("disk.raw", Images.Noise(200_000));
        RunIn(scratch, "create", "sealed.vma", "-d", "format=raw:disk.raw").Succeeded();
        RunIn(scratch, "create", "plain.vma", "-d", "format=raw:disk.raw", "--no-seal").Succeeded();
        Assert.Equal("vma: sealed.vma: good; data checked", Told.OneLine(0, RunIn(scratch, "verify", "sealed.vma")));
        Assert.Equal("vma: plain.vma: structure good, data unchecked", Told.OneLine(0, RunIn(scratch, "verify", "plain.vma")));
        Assert.Equal(2 * 512, new FileInfo(scratch["sealed.vma"]).Length - new FileInfo(scratch["plain.vma"]).Length);
    }

    [Fact]
    public void A_changed_byte_of_a_sealed_archive_is_found_with_its_place()
    {
        using var scratch = new Scratch();
        scratch.File("disk.raw", Images.Noise(3 * 65536));
        RunIn(scratch, "create", "a.vma", "-d", "format=raw:a=disk.raw").Succeeded();
        byte[] archive = File.ReadAllBytes(scratch["a.vma"]);
        archive[12800 + 512 + 65536 + 100] ^= 1;
        scratch.File("b.vma", archive);
        VmaResult verified = RunIn(scratch, "verify", "b.vma");
        Assert.Equal(3, verified.ExitCode);
        Assert.Contains("device 'a', cluster 1 (disk bytes 65536 to 131071)", verified.ErrorLines[0], StringComparison.Ordinal);
        Assert.Contains("cluster 1", Told.Damage(RunIn(scratch, "extract", "b.vma", "out")), StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch["out"]));
        RunIn(scratch, "extract", "--no-verify-data", "b.vma", "out").Succeeded();
    }

    [Fact]
    public void RAM_state_comes_back_with_its_zero_blocks()
    {
        using var scratch = new Scratch();
        byte[] state = Images.Striped(3 * 65536 + 512, 7);
        state.AsSpan(65536, 65536).Clear();
        scratch.File("state.bin", state);
        RunIn(scratch, "create", "a.vma", "-d", "format=raw:vmstate=state.bin", "--no-seal").Succeeded();
        Assert.Equal("VMSTATE: dev_id=1 memory: 197120", RunIn(scratch, "list", "a.vma").OutputLines[0]);
        RunIn(scratch, "extract", "a.vma", "out").Succeeded();
        Assert.Equal(["vmstate.bin"], Scratch.Names(scratch["out"]));
        Assert.Equal(state, File.ReadAllBytes(scratch["out/vmstate.bin"]));

        // The reference drops blocks that are not stored, so all blocks are: mask 0xffff.
        byte[] archive = File.ReadAllBytes(scratch["a.vma"]);
        Assert.All([0, 1, 2], slot => Assert.Equal([0xff, 0xff, 0, 1], archive.AsSpan(12800 + 40 + slot * 8, 4).ToArray()));
    }

    [Fact]
    public void Every_archive_has_an_identity_of_its_own()
    {
        using var scratch = new Scratch();
        scratch.File("a.conf", 1);
        string?[] ids = [.. Enumerable.Range(0, 3).Select(i =>
            RunIn(scratch, "create", $"{i}.vma", "-c", "a.conf", "--json").Json.GetProperty("uuid").GetString())];
        Assert.Equal(3, ids.Distinct().Count());
    }

    private static VmaResult RunIn(Scratch scratch, params string[] arguments) => new VmaCall(arguments) { Directory = scratch.Path }.Run();
}
