// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Formats;

/// <summary><c>--dry-run</c>: what would be done, and whether it can be.</summary>
public sealed class PlanTests
{
    [Fact]
    public void A_dry_extract_prints_the_plan_and_makes_nothing()
    {
        using var machine = new Machine();
        string[] lines = machine.Run("extract", "a.vma", "out", "--format", "qcow2", "--dry-run", "-d", "scsi0,b:vdi").Succeeded().OutputLines;
        Assert.Equal("drive-scsi0: 2098688 bytes to out/disk-drive-scsi0.qcow2 as qcow2", lines[0]);
        Assert.Equal("b: 70144 bytes to out/disk-b.vdi as vdi", lines[1]);
        Assert.Matches(@"^at least \d+ bytes will be stored, \d+ are free$", lines[2]);
        Assert.False(Directory.Exists(machine["out"]));
    }

    [Fact]
    public void A_plan_counts_what_will_be_stored_and_not_the_disks_sizes()
    {
        using var machine = new Machine();
        var plan = machine.Run("extract", "a.vma", "out", "--dry-run", "--json").Succeeded().Json;
        Assert.Equal("vma-plan/1", plan.GetProperty("schema").GetString());
        Assert.InRange(plan.GetProperty("leastStoredBytes").GetInt64(), 2_000_000, 2_300_000);
        plan = machine.Run("extract", "a.vma", "out", "--dry-run", "--json", "--format", "qcow2", "-o", "preallocation=full").Succeeded().Json;
        Assert.InRange(plan.GetProperty("leastStoredBytes").GetInt64(), 42 << 20, 43 << 20);
    }

    [Fact]
    public void A_dry_create_prints_the_plan_and_makes_nothing()
    {
        using var machine = new Machine();
        machine.Shell("qemu-img convert -O qcow2 drive-scsi1.raw d.qcow2");
        string[] lines = machine.Run("create", "new.vma", "--dry-run", "-d", "x=d.qcow2", "-d", "b.raw").Succeeded().OutputLines;
        Assert.Equal(["x: 41943552 bytes from d.qcow2 as qcow2", "disk1: 70001 bytes from b.raw as raw"], lines[..2]);
        Assert.Matches(@"^at most 11\d{5} bytes will be stored, before compression; \d+ are free$", lines[2]);
        Assert.False(File.Exists(machine["new.vma"]));
        machine.AssertGone();
    }

    [Theory]
    [InlineData("--format|nonsense", 2, "'nonsense'")]
    [InlineData("--format|luks", 2, "'luks'")]
    [InlineData("-d|scsi0:luks", 2, "'luks'")]
    [InlineData("-d|scsi9:qcow2", 2, "no device 'scsi9:qcow2'")]
    [InlineData("--format|qcow2|-o|backing_file=/etc/passwd", 2, "one file of its own size")]
    [InlineData("--format|vmdk|-o|adapter_type=ide,subformat=twoGbMaxExtentFlat", 2, "one file of its own size")]
    [InlineData("--format|qcow2|-r|a.vma", 2, "restore map")]
    [InlineData("--format|qcow2|-o|foo=bar", 1, "Invalid parameter 'foo'")]
    [InlineData("--format|qcow2|-o|cluster_size=7", 1, "Cluster size must be a power of two")]
    public void What_cannot_be_done_is_told_and_nothing_is_left(string arguments, int exitCode, string about)
    {
        using var machine = new Machine();
        string[] before = machine.Scratch.Entries;
        Assert.Contains(about, Told.LastWord(exitCode, machine.Run(["extract", "a.vma", "out", .. arguments.Split('|')])), StringComparison.Ordinal);
        Assert.Equal(before, machine.Scratch.Entries);
    }

    [Fact]
    public void An_extract_after_a_killed_one_may_have_another_format()
    {
        using var machine = new Machine();
        Directory.CreateDirectory(machine["out"]);
        machine.Scratch.File("out/tmp-disk-b.vmdk", 1);
        machine.Run("extract", "a.vma", "out", "--format", "qcow2").Succeeded();
        Assert.Equal(4, Scratch.Names(machine["out"]).Length);
    }
}
