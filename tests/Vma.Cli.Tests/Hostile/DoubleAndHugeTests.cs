// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Hostile;

/// <summary>Names that are there twice, and sizes that nothing backs up.</summary>
public sealed class DoubleAndHugeTests
{
    private static readonly byte[] TwoConfigs = new ArchiveBuilder().Config("a.conf", "1").Config("a.conf", "2").Extent(_ => { }).Build();

    private static byte[] TwoDevices(string name) => new ArchiveBuilder()
        .Device(1, name, 4096).Device(2, name, 4096).Device(3, "other", 4096)
        .Extent(extent => extent.Slot(1, 0, 1).Slot(2, 0, 1).Slot(3, 0, 1)).Build();

    [Fact]
    public void Two_configs_of_one_name_are_a_warning_of_verify_and_an_error_of_extract()
    {
        using var scratch = new Scratch();
        string file = scratch.File("a.vma", TwoConfigs);
        Assert.Contains("warning", VmaCall.Run("verify", file).Succeeded().ErrorLines[0], StringComparison.Ordinal);
        Assert.Equal(2, VmaCall.Run("list", file).Succeeded().OutputLines.Count(line => line == "CFG: size: 1 name: a.conf"));
        Told.Failure(VmaCall.Run("extract", file, scratch["out"]), "a.conf");
        Assert.Equal(["a.vma"], scratch.Entries);
        VmaCall.Run("extract", "--no-configs", file, scratch["out"]).Succeeded();
    }

    [Theory]
    [InlineData("same")]
    [InlineData("vmstate")]
    public void Two_devices_of_one_name_are_a_warning_of_verify_and_an_error_of_extract(string name)
    {
        using var scratch = new Scratch();
        string file = scratch.File("a.vma", TwoDevices(name));
        Assert.Contains("warning", VmaCall.Run("verify", file).Succeeded().ErrorLines[0], StringComparison.Ordinal);
        Told.Failure(VmaCall.Run("extract", file, scratch["out"]), $"'{name}'");
        Told.Failure(VmaCall.Run("extract", "-d", name, file, scratch["out"]), $"'{name}'");
        Assert.Equal(["a.vma"], scratch.Entries);
    }

    [Fact]
    public void One_of_two_devices_of_one_name_can_be_chosen()
    {
        using var scratch = new Scratch();
        string file = scratch.File("a.vma", TwoDevices("same"));
        VmaCall.Run("extract", "-d", "other", file, scratch["other"]).Succeeded();
        VmaCall.Run("extract", "-d", "dev_id:2,other", file, scratch["both"]).Succeeded();
        Assert.Equal(ExtentDraft.Block(2, 0, 0), File.ReadAllBytes(Path.Combine(scratch["both"], "disk-same.raw")));
    }

    [Fact]
    public void A_map_sends_two_devices_of_one_name_to_two_places()
    {
        using var scratch = new Scratch();
        string file = scratch.File("a.vma", TwoDevices("same"));
        scratch.File("1.raw", new byte[4096]);
        scratch.File("2.raw", new byte[4096]);
        string map = $"0:dev_id:1={scratch["1.raw"]}\n1:dev_id:2={scratch["2.raw"]}\nskip=other\n";
        new VmaCall("extract", "-r", "/dev/stdin", file, scratch["out"]) { Input = System.Text.Encoding.UTF8.GetBytes(map) }.Run().Succeeded();
        Assert.Equal(ExtentDraft.Block(1, 0, 0), File.ReadAllBytes(scratch["1.raw"]));
        Assert.Equal(ExtentDraft.Block(2, 0, 0), File.ReadAllBytes(scratch["2.raw"]));
    }

    [Theory]
    [InlineData((1UL << 48) + 1, "281474976710657")]
    [InlineData(ulong.MaxValue, "18446744073709551615")]
    public void A_device_larger_than_clusters_can_address_is_shown_but_not_extracted(ulong size, string shown)
    {
        using var scratch = new Scratch();
        string file = scratch.File("a.vma", new ArchiveBuilder().Device(1, "a", size).Extent(extent => extent.Slot(1, 0, 1)).Build());
        Assert.Equal($"DEV: dev_id=1 size: {shown} devname: a", VmaCall.Run("list", file).Succeeded().OutputLines[0]);
        Assert.Equal(3, VmaCall.Run("verify", file).ExitCode);
        Told.Damage(VmaCall.Run("extract", file, scratch["out"]));
        Assert.Equal(["a.vma"], scratch.Entries);
    }

    [Fact]
    public void A_disk_of_256_TiB_that_nothing_backs_up_costs_neither_memory_nor_time()
    {
        using var scratch = new Scratch();
        string file = scratch.File("a.vma", new ArchiveBuilder().Device(1, "a", 1UL << 48).Extent(extent => extent.Slot(1, 5, 1)).Build());
        VmaResult verified = VmaCall.Run("verify", file);
        Assert.Equal(3, verified.ExitCode);
        Assert.Equal(4, verified.ErrorLines.Length); // what is missing before cluster 5 and behind it, the device, the summary
        VmaResult result = VmaCall.Run("extract", file, scratch["out"]);
        Assert.Single(result.ErrorLines);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Equal(["a.vma"], scratch.Entries);
    }
}
