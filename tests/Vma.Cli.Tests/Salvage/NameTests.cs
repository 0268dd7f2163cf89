// SPDX-License-Identifier: MIT

using System.Text.Json;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Salvage;

/// <summary>No disk is left out for its name, and nothing is written over.</summary>
public sealed class NameTests
{
    [Theory]
    [InlineData("disk-a.raw")]
    [InlineData("disk-a.map")]
    [InlineData("tmp-disk-a.raw")]
    public void A_disk_gives_way_to_a_config_of_its_files_name(string name)
    {
        using var scratch = new Scratch();
        byte[] archive = OneDisk("a").Config(name, "mine").Build();
        VmaCall.Run("salvage", scratch.File("a.vma", archive), scratch["out"]).Succeeded();
        Assert.Equal("mine", File.ReadAllText(scratch[$"out/{name}"]));
        Assert.Equal(new[] { name, "disk-dev_id1.map", "disk-dev_id1.raw", "salvage.json" }.Order(StringComparer.Ordinal), Scratch.Names(scratch["out"]));
        Assert.Equal(ExtentDraft.Block(1, 0, 0), File.ReadAllBytes(scratch["out/disk-dev_id1.raw"]));
    }

    [Fact]
    public void Two_disks_of_one_name_are_both_saved()
    {
        using var scratch = new Scratch();
        byte[] archive = new ArchiveBuilder().Device(1, "a", 4096).Device(2, "a", 4096).Extent(extent => extent.Slot(1, 0, 1).Slot(2, 0, 1)).Build();
        VmaCall.Run("salvage", scratch.File("a.vma", archive), scratch["out"]).Succeeded();
        Assert.Equal(ExtentDraft.Block(1, 0, 0), File.ReadAllBytes(scratch["out/disk-a.raw"]));
        Assert.Equal(ExtentDraft.Block(2, 0, 0), File.ReadAllBytes(scratch["out/disk-dev_id2.raw"]));
    }

    [Theory]
    [InlineData("n", 250)]
    [InlineData("漢", 80)]
    [InlineData("\n", 100)]
    public void A_disk_whose_name_is_too_long_for_a_file_is_saved(string letter, int count)
    {
        using var scratch = new Scratch();
        string name = string.Concat(Enumerable.Repeat(letter, count));
        VmaCall.Run("salvage", scratch.File("a.vma", OneDisk(name).Build()), scratch["out"]).Succeeded();
        Assert.Equal(["disk-dev_id1.map", "disk-dev_id1.raw", "salvage.json"], Scratch.Names(scratch["out"]));
    }

    [Theory]
    [InlineData("n", 250)]
    [InlineData("漢", 100)]
    public void A_config_whose_name_is_too_long_for_a_file_is_left_out_and_told(string letter, int count)
    {
        using var scratch = new Scratch();
        byte[] archive = OneDisk("a").Config(string.Concat(Enumerable.Repeat(letter, count)), "x").Config("b.conf", "y").Build();
        VmaResult result = VmaCall.Run("salvage", scratch.File("a.vma", archive), scratch["out"]).Succeeded();
        Assert.Contains("is left out", Assert.Single(result.ErrorLines, line => line.Contains("config", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(["b.conf", "disk-a.map", "disk-a.raw", "salvage.json"], Scratch.Names(scratch["out"]));
    }

    [Theory]
    [InlineData("salvage.json", "b.conf")]
    [InlineData("b.conf", "b.conf")]
    public void A_config_whose_name_is_taken_is_left_out_and_told(string first, string second)
    {
        using var scratch = new Scratch();
        byte[] archive = OneDisk("a").Config(second, "y").Config(first, "x").Build();
        VmaResult result = VmaCall.Run("salvage", scratch.File("a.vma", archive), scratch["out"]).Succeeded();
        Assert.Contains(result.ErrorLines, line =>
            line.EndsWith($"config '{first}' is left out: its name is taken, or too long for a file", StringComparison.Ordinal));
        Assert.Equal("y", File.ReadAllText(scratch[$"out/{second}"]));
        Assert.Equal("b.conf", Assert.Single(JsonDocument.Parse(File.ReadAllBytes(scratch["out/salvage.json"])).RootElement.GetProperty("configs")
            .EnumerateArray()).GetProperty("fileName").GetString());
    }

    [Fact]
    public void Names_stay_inside_of_the_directory()
    {
        using var scratch = new Scratch();
        byte[] archive = OneDisk("../../x").Config("../y", "x").Build();
        VmaCall.Run("salvage", scratch.File("a.vma", archive), scratch["out"]).Succeeded();
        Assert.Equal(["%2E.%2Fy", "disk-%2E.%2F..%2Fx.map", "disk-%2E.%2F..%2Fx.raw", "salvage.json"], Scratch.Names(scratch["out"]));
        Assert.Equal(["a.vma", "out"], scratch.Entries);
    }

    private static ArchiveBuilder OneDisk(string name) => new ArchiveBuilder().Device(1, name, 4096).Extent(extent => extent.Slot(1, 0, 1));
}
