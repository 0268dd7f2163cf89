// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Salvage;

/// <summary>A damaged header: disks are found among the extents, and their sizes can be given.</summary>
public sealed class HeaderTests
{
    private const int DeviceSize = 4096 + 32 + 8;

    [Fact]
    public void What_can_be_read_of_a_damaged_header_is_taken()
    {
        using Patient patient = new();
        VmaResult result = patient.Damage(2000).Salvage("--json");
        Assert.Equal(3, result.ExitCode);
        Assert.Equal($"vma: {patient.Archive}: device 'a': 328704 bytes (the size is a guess: give it with --size), nothing is lost", result.ErrorLines[^1]);
        Assert.Equal(patient.Image, patient.Salvaged());
        Assert.False(result.Json.GetProperty("headerWhole").GetBoolean());
        Assert.False(result.Json.GetProperty("devices")[0].GetProperty("sizeKnown").GetBoolean());
        Assert.Equal("qemu-server.conf", result.Json.GetProperty("configs")[0].GetProperty("name").GetString());
    }

    [Fact]
    public void Without_a_header_disks_are_called_by_their_ids()
    {
        using Patient patient = new();
        byte[] archive = File.ReadAllBytes(patient.Archive);
        archive.AsSpan(0, patient.HeaderLength).Clear();
        File.WriteAllBytes(patient.Archive, archive);
        Assert.Equal(3, patient.Salvage().ExitCode);
        Assert.Equal(["disk-device-1.map", "disk-device-1.raw", "salvage.json"], Scratch.Names(patient.Out));
        byte[] saved = patient.Salvaged("disk-device-1.raw");
        Assert.Equal(6 * Patient.ClusterSize, saved.Length); // where the last cluster ends
        Assert.Equal(patient.Image, saved[..Patient.Length]);
    }

    [Theory]
    [InlineData("328704", 328704)]
    [InlineData("321K", 328704)]
    [InlineData("321k", 328704)]
    [InlineData("1M", 1 << 20)]
    [InlineData("1G", 1 << 30)]
    [InlineData("65536", 65536)]
    public void A_size_that_is_given_counts(string size, int length)
    {
        using Patient patient = new();
        VmaResult result = patient.Damage(DeviceSize + 6).Salvage("--size", $"a={size}", "--json");
        Assert.Equal(3, result.ExitCode);
        Assert.DoesNotContain("guess", result.Error, StringComparison.Ordinal);
        Assert.True(result.Json.GetProperty("devices")[0].GetProperty("sizeKnown").GetBoolean());
        Assert.Equal(length, new FileInfo(Path.Combine(patient.Out, "disk-a.raw")).Length);
        int common = Math.Min(length, Patient.Length);
        using FileStream saved = File.OpenRead(Path.Combine(patient.Out, "disk-a.raw"));
        var start = new byte[common];
        saved.ReadExactly(start);
        Assert.Equal(patient.Image[..common], start);
        long behind = Math.Max(0, length - 6L * Patient.ClusterSize);
        Assert.Equal(behind, result.Json.GetProperty("devices")[0].GetProperty("lostBytes").GetInt64());
    }

    [Fact]
    public void A_lost_cluster_behind_a_size_that_is_too_small_is_told()
    {
        using Patient patient = new();
        byte[] archive = File.ReadAllBytes(patient.Archive);
        archive.AsSpan(DeviceSize, 8).Clear();
        archive[DeviceSize + 5] = 1; // 65,536 bytes
        File.WriteAllBytes(patient.Archive, archive);
        VmaResult result = patient.Damage(patient.OffsetOf(5)).Salvage();
        Assert.EndsWith("393216 bytes (the size is a guess: give it with --size), 65536 bytes are lost: 327680 to 393215", result.ErrorLines[^1],
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_size_for_a_disk_that_there_is_not_is_told()
    {
        using Patient patient = new();
        string line = Told.OneLine(2, patient.Salvage("--size", "nonesuch=5M"));
        Assert.StartsWith($"vma: {patient.Archive}: --size is given for 'nonesuch', but there is no such disk", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a=")]
    [InlineData("=5")]
    [InlineData("a=0")]
    [InlineData("a=-1")]
    [InlineData("a=+1")]
    [InlineData("a= 1")]
    [InlineData("a=1.5G")]
    [InlineData("a=1KB")]
    [InlineData("a=1KK")]
    [InlineData("a=K")]
    [InlineData("a=0x10")]
    [InlineData("a=257T")]
    [InlineData("a=281474976710657")]
    [InlineData("a=99999999999999999999")]
    public void A_wrong_size_is_a_wrong_call(string size)
    {
        using Patient patient = new();
        Told.Usage(patient.Salvage("--size", size), $"'{size}'");
        Assert.Equal(["a.vma"], patient.Scratch.Entries);
    }

    [Fact]
    public void A_size_given_twice_is_a_wrong_call()
    {
        using Patient patient = new();
        Told.Usage(patient.Salvage("--size", "a=1M", "--size", "a=2M"), "once for each name");
    }
}
