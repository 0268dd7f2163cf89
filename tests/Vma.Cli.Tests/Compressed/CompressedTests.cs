// SPDX-License-Identifier: MIT

using System.Text.Json;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Compressed;

/// <summary>A compressed archive is read as if it were plain, whatever its name, from a file and from a pipe.</summary>
public sealed class CompressedTests
{
    private static readonly GoldenArchive Golden = GoldenSet.Find("three-disks.vma");

    public static TheoryData<string> Compressors { get; } = ["zstd -q", "zstd -q -19 --no-check", "lzop", "lzop -9", "gzip", "bzip2"];

    [Theory]
    [MemberData(nameof(Compressors))]
    public void List_and_config_show_the_same(string compressor)
    {
        using var scratch = new Scratch();
        byte[] compressed = Tool.Compress(compressor, Golden.Path);
        string file = scratch.File("any name", compressed);
        Assert.Equal(Golden.ListStdout, VmaCall.Run("list", file).Succeeded().Output);
        Assert.Equal(Golden.ListStdout, new VmaCall("list", "-") { Input = compressed }.Run().Succeeded().Output);
        byte[] config = VmaCall.Run("config", Golden.Path).Succeeded().OutputBytes;
        Assert.Equal(config, VmaCall.Run("config", file).Succeeded().OutputBytes);
        Assert.Equal(config, new VmaCall("config", "-") { Feed = Drip.Unevenly(compressed) }.Run().Succeeded().OutputBytes);
    }

    [Theory]
    [MemberData(nameof(Compressors))]
    public void Verify_says_the_same_of_a_compressed_archive(string compressor)
    {
        using var scratch = new Scratch();
        byte[] compressed = Tool.Compress(compressor, Golden.Path);
        VmaResult plain = VmaCall.Run("verify", "-v", Golden.Path).Succeeded();
        VmaResult fromFile = VmaCall.Run("verify", "-v", scratch.File("a", compressed)).Succeeded();
        Assert.Equal(plain.Error.Replace(Golden.Path, scratch["a"]), fromFile.Error);
        Assert.Equal(plain.OutputLines[^1], fromFile.OutputLines[^1]);
        Assert.Equal(plain.Error.Replace(Golden.Path, "standard input"), new VmaCall("verify", "-") { Feed = Drip.Unevenly(compressed) }.Run()
            .Succeeded().Error);
        VmaCall.Run("verify", "--quick", scratch["a"]).Succeeded();
    }

    [Theory]
    [MemberData(nameof(Compressors))]
    public void Extract_restores_the_same_from_a_compressed_archive(string compressor)
    {
        using var scratch = new Scratch();
        byte[] compressed = Tool.Compress(compressor, Golden.Path);
        VmaCall.Run("extract", scratch.File("a", compressed), scratch["file"]).Succeeded();
        new VmaCall("extract", "-", scratch["pipe"]) { Feed = Drip.Unevenly(compressed) }.Run().Succeeded();
        AssertRestored(scratch["file"]);
        AssertRestored(scratch["pipe"]);
    }

    [Theory]
    [MemberData(nameof(Compressors))]
    public void Salvage_saves_the_same_from_a_compressed_archive(string compressor)
    {
        using var scratch = new Scratch();
        byte[] compressed = Tool.Compress(compressor, Golden.Path);
        VmaCall.Run("salvage", scratch.File("a", compressed), scratch["file"]).Succeeded();
        new VmaCall("salvage", "-", scratch["pipe"]) { Input = compressed }.Run().Succeeded();
        AssertRestored(scratch["file"]);
        AssertRestored(scratch["pipe"]);
    }

    [Theory]
    [MemberData(nameof(Compressors))]
    public void Files_that_were_put_together_are_one_archive(string compressor)
    {
        using var scratch = new Scratch();
        byte[] archive = File.ReadAllBytes(Golden.Path);
        byte[][] parts = [archive[..20000], archive[20000..20001], archive[20001..]];
        byte[] compressed = [.. parts.SelectMany((part, i) => Tool.Compress(compressor, scratch.File($"{i}", part)))];
        VmaCall.Run("verify", scratch.File("a", compressed)).Succeeded();
        Assert.Equal(Golden.ListStdout, VmaCall.Run("list", scratch["a"]).Succeeded().Output);
    }

    [Theory]
    [InlineData("zstd -q")]
    [InlineData("lzop")]
    [InlineData("gzip")]
    [InlineData("bzip2")]
    public void A_cut_stream_is_an_error_with_both_offsets(string compressor)
    {
        using var scratch = new Scratch();
        string archive = NoisyArchive(scratch);
        byte[] compressed = Tool.Compress(compressor, archive);
        string file = scratch.File("a", compressed[..^1000]);
        VmaResult result = VmaCall.Run("verify", file, "--json");
        Assert.Equal(3, result.ExitCode);
        JsonElement finding = Assert.Single(result.Json.GetProperty("archives")[0].GetProperty("findings").EnumerateArray(), one =>
            one.GetProperty("code").GetString() == "compressed-data");
        Assert.InRange(finding.GetProperty("compressedOffset").GetInt64(), 0, compressed.Length - 1000);
        Assert.Contains($"offset {finding.GetProperty("offset").GetInt64()} (compressed {finding.GetProperty("compressedOffset").GetInt64()}): ", result.Error,
            StringComparison.Ordinal);
        Told.Damage(VmaCall.Run("extract", file, scratch["out"]));
        Assert.False(Directory.Exists(scratch["out"]));
    }

    [Fact]
    public void A_gzip_stream_that_lost_only_its_checksum_is_damaged()
    {
        using var scratch = new Scratch();
        byte[] compressed = Tool.Compress("gzip", Golden.Path);
        Told.Damage(VmaCall.Run("extract", scratch.File("a", compressed[..^4]), scratch["out"]));
    }

    [Theory]
    [InlineData("lzop")]
    [InlineData("zstd")]
    public void Behind_a_damaged_block_salvage_goes_on(string compressor)
    {
        using var scratch = new Scratch();
        string archive = NoisyArchive(scratch);
        byte[] image = File.ReadAllBytes(scratch["disk.raw"]);
        byte[] compressed = compressor == "lzop" ? Tool.Compress(compressor, archive) : InFrames(scratch, archive);
        compressed[compressed.Length / 2] ^= 0xff;
        VmaResult result = VmaCall.Run("salvage", scratch.File("b", compressed), scratch["out"], "--json");
        Assert.Equal(3, result.ExitCode);
        byte[] saved = File.ReadAllBytes(scratch["out/disk-a.raw"]);
        Assert.Equal(image.Length, saved.Length);
        long lost = result.Json.GetProperty("devices")[0].GetProperty("lostBytes").GetInt64();
        Assert.InRange(lost, 1, 7 * 65536);
        foreach (JsonElement range in result.Json.GetProperty("devices")[0].GetProperty("lost").EnumerateArray())
        {
            image.AsSpan(range.GetProperty("offset").GetInt32(), range.GetProperty("length").GetInt32()).Clear();
        }

        Assert.Equal(image, saved);
    }

    [Fact]
    public void A_compressed_file_that_is_no_archive_is_told_as_such()
    {
        using var scratch = new Scratch();
        byte[] compressed = Tool.Compress("gzip", scratch.File("noise", Images.Noise(100000)));
        Assert.EndsWith("offset 0: not a VMA archive", Told.OneLine(3, VmaCall.Run("list", scratch.File("a", compressed))), StringComparison.Ordinal);
    }

    /// <summary>An archive that no compressor makes smaller, of 45 clusters.</summary>
    private static string NoisyArchive(Scratch scratch)
    {
        string disk = scratch.File("disk.raw", Images.Noise(45 * 65536));
        VmaCall.Run("create", scratch["a.vma"], "-d", $"format=raw:a={disk}").Succeeded();
        return scratch["a.vma"];
    }

    private static byte[] InFrames(Scratch scratch, string archive) =>
        [.. File.ReadAllBytes(archive).Chunk(300_000).SelectMany(part => Tool.Compress("zstd -q", scratch.File("part", part)))];

    private static void AssertRestored(string directory) =>
        Assert.All(Golden.Devices, device => Assert.Equal(device.ImageSha256, Images.Sha256(Path.Combine(directory, device.FileName))));
}
