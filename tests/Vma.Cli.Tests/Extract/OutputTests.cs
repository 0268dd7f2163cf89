// SPDX-License-Identifier: MIT

using System.Globalization;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Extract;

/// <summary>What <c>extract -v</c> and <c>verify -v</c> print; scripts read it.</summary>
public sealed class OutputTests
{
    [Fact]
    public void Progress_rises_to_100_and_totals_follow()
    {
        using var scratch = new Scratch();
        VmaResult result = VmaCall.Run("extract", "-v", Places.Golden("multi-extent.vma"), scratch["out"]).Succeeded();
        Assert.Empty(result.Error);
        Assert.Equal($"DEVINFO {scratch["out"]}/tmp-disk-drive-scsi0.raw 9830400", result.OutputLines[0]);
        string[] progress = result.OutputLines[1..^2];
        Assert.All(progress, line => Assert.Matches(@"^progress \d+% \(read \d+ bytes, duration \d+ sec\)$", line));
        int[] percents = [.. progress.Select(line => int.Parse(line.Split(' ')[1].TrimEnd('%'), CultureInfo.InvariantCulture))];
        Assert.Equal(percents.Distinct().Order(), percents);
        Assert.StartsWith("progress 100% (read 9830400 bytes, ", progress[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("extract")]
    [InlineData("verify")]
    public void Totals_count_what_is_stored_and_what_is_not(string verb)
    {
        using var scratch = new Scratch();
        // Stored: 16 + 4 + 1 blocks of 4 x 16; 12 + 15 zero blocks in clusters that store something; one cluster of zeros.
        string file = scratch.File("a.vma", new ArchiveBuilder().Device(1, "a", 4 * 65536)
            .Extent(extent => extent.Slot(1, 0, 0xffff).Slot(1, 1, 0x000f).Slot(1, 2, 0x8000).Slot(1, 3)).Build());
        VmaResult result = VmaCall.Run(verb == "verify" ? ["verify", "-v", file] : ["extract", "-v", file, scratch["out"]]).Succeeded();
        Assert.Equal("total bytes read 262144, sparse bytes 176128 (67.2%)", result.OutputLines[^2]);
        Assert.Equal("space reduction due to 4K zero blocks 129%", result.OutputLines[^1]);
    }

    [Fact]
    public void What_lies_behind_the_end_of_a_disk_is_no_zero_that_was_saved()
    {
        using var scratch = new Scratch();
        // The disk ends 6,400 bytes behind the two blocks that are stored, so of its zeros just these are saved.
        string file = scratch.File("a.vma", new ArchiveBuilder().Device(1, "a", 8192 + 6400).Extent(extent => extent.Slot(1, 0, 0x0003)).Build());
        string[] lines = VmaCall.Run("verify", "-v", file).Succeeded().OutputLines;
        Assert.Equal("total bytes read 14592, sparse bytes 6400 (43.9%)", lines[^2]);
        Assert.Equal("space reduction due to 4K zero blocks 78.1%", lines[^1]);
    }

    [Theory]
    [InlineData(0x0000, "6.25%", "0%")] // of 16 clusters, 15 are stored whole
    [InlineData(0x7fff, "0.391%", "0.392%")]
    [InlineData(0xffff, "0%", "0%")]
    public void Percentages_have_three_digits_as_in_C(int mask, string sparse, string saved)
    {
        using var scratch = new Scratch();
        string file = scratch.File("a.vma", new ArchiveBuilder().Device(1, "a", 16 * 65536)
            .Extent(extent => Array.ForEach([.. Enumerable.Range(0, 16)], cluster => extent.Slot(1, (uint)cluster, cluster == 3 ? mask : 0xffff))).Build());
        VmaResult result = VmaCall.Run("verify", "-v", file).Succeeded();
        Assert.EndsWith($"({sparse})", result.OutputLines[^2], StringComparison.Ordinal);
        Assert.Equal($"space reduction due to 4K zero blocks {saved}", result.OutputLines[^1]);
    }

    [Fact]
    public void Where_nothing_is_stored_nothing_is_said_of_reduction()
    {
        VmaResult result = VmaCall.Run("verify", "-v", Places.Golden("sparse-empty.vma")).Succeeded();
        Assert.Equal("total bytes read 4194304, sparse bytes 4194304 (100%)", result.OutputLines[^1]);
    }

    [Theory]
    [InlineData("config-only.vma")]
    public void An_archive_without_disks_says_so(string file)
    {
        using var scratch = new Scratch();
        Assert.Equal("vma archive contains no image data", VmaCall.Run("extract", "-v", Places.Golden(file), scratch["out"]).Succeeded().OutputLines[^1]);
        Assert.Equal("vma archive contains no image data", VmaCall.Run("verify", "-v", Places.Golden(file)).Succeeded().OutputLines[^1]);
    }

    [Fact]
    public void Disks_smaller_than_a_cluster_have_progress_too()
    {
        using var scratch = new Scratch();
        VmaResult result = VmaCall.Run("extract", "-v", Places.Golden("size-5k.vma"), scratch["out"]).Succeeded();
        Assert.Contains("progress 100% (read 65536 bytes, duration 0 sec)", result.OutputLines);
    }

    [Fact]
    public void Disks_that_are_left_out_do_not_count()
    {
        using var scratch = new Scratch();
        VmaResult result = VmaCall.Run("extract", "-v", "-d", "drive-scsi0", Places.Golden("three-disks.vma"), scratch["out"]).Succeeded();
        Assert.Contains("progress 100% (read 327680 bytes, duration 0 sec)", result.OutputLines);
        Assert.StartsWith("total bytes read 327680, ", result.OutputLines[^2], StringComparison.Ordinal);
    }
}
