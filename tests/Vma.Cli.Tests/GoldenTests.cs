// SPDX-License-Identifier: MIT

using System.Security.Cryptography;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests;

/// <summary>Archives that the reference tool made, from a file and from a pipe that delivers a few bytes at a time.</summary>
public sealed class GoldenTests
{
    public static TheoryData<string> Files => GoldenSet.Files;

    [Theory]
    [MemberData(nameof(Files))]
    public void List_prints_what_the_reference_prints(string file)
    {
        GoldenArchive golden = GoldenSet.Find(file);
        VmaResult fromFile = VmaCall.Run("list", golden.Path).Succeeded();
        VmaResult fromPipe = new VmaCall("list", "-") { Feed = Drip.Unevenly(File.ReadAllBytes(golden.Path)) }.Run().Succeeded();
        Assert.Equal(golden.ListStdout, fromFile.Output);
        Assert.Equal(golden.ListStdout, fromPipe.Output);
        Assert.Empty(fromFile.Error + fromPipe.Error);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Verify_finds_nothing_wrong(string file)
    {
        GoldenArchive golden = GoldenSet.Find(file);
        VmaResult fromFile = VmaCall.Run("verify", golden.Path);
        VmaResult fromPipe = new VmaCall("verify", "-") { Feed = Drip.Unevenly(File.ReadAllBytes(golden.Path)) }.Run();
        Assert.StartsWith($"vma: {golden.Path}: structure good, data unchecked", Told.OneLine(0, fromFile), StringComparison.Ordinal);
        Assert.StartsWith("vma: standard input: structure good, data unchecked", Told.OneLine(0, fromPipe), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Verify_with_progress_begins_with_the_list(string file)
    {
        GoldenArchive golden = GoldenSet.Find(file);
        VmaResult result = VmaCall.Run("verify", "-v", golden.Path).Succeeded();
        Assert.StartsWith(golden.ListStdout, result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Extract_restores_every_disk_and_config(string file)
    {
        using var scratch = new Scratch();
        GoldenArchive golden = GoldenSet.Find(file);
        VmaResult result = VmaCall.Run("extract", golden.Path, scratch["out"]).Succeeded();
        AssertRestored(golden, scratch["out"]);
        Assert.Equal(golden.Devices.Select(device => $"DEVINFO {scratch["out"]}/tmp-{device.FileName} {device.Size}"), result.OutputLines);
        Assert.Empty(result.Error);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Extract_restores_the_same_from_a_pipe(string file)
    {
        using var scratch = new Scratch();
        GoldenArchive golden = GoldenSet.Find(file);
        new VmaCall("extract", "-", scratch["out"]) { Feed = Drip.Unevenly(File.ReadAllBytes(golden.Path)) }.Run().Succeeded();
        AssertRestored(golden, scratch["out"]);
    }

    [Theory]
    [InlineData("size-5k.vma")]
    [InlineData("config-only.vma")]
    public void Extract_takes_single_bytes(string file)
    {
        using var scratch = new Scratch();
        GoldenArchive golden = GoldenSet.Find(file);
        new VmaCall("extract", "-", scratch["out"]) { Feed = Drip.ByteByByte(File.ReadAllBytes(golden.Path)) }.Run().Succeeded();
        AssertRestored(golden, scratch["out"]);
    }

    [Theory]
    [InlineData("configs.vma")]
    [InlineData("three-disks.vma")]
    public void Config_prints_each_config_to_the_byte(string file)
    {
        GoldenArchive golden = GoldenSet.Find(file);
        foreach (GoldenConfig config in golden.Configs)
        {
            VmaResult result = VmaCall.Run("config", golden.Path, "-c", config.Name).Succeeded();
            Assert.Equal(config.Sha256, Convert.ToHexStringLower(SHA256.HashData(result.OutputBytes)));
            Assert.Empty(result.Error);
        }
    }

    private static void AssertRestored(GoldenArchive golden, string directory)
    {
        IEnumerable<(string, string)> expected = golden.Configs.Select(config => (config.Name, config.Sha256))
            .Concat(golden.Devices.Select(device => (device.FileName, device.ImageSha256)));
        IEnumerable<(string, string)> restored = Scratch.Names(directory).Select(name => (name, Images.Sha256(Path.Combine(directory, name))));
        Assert.Equal(expected.OrderBy(file => file.Item1, StringComparer.Ordinal), restored);
        Assert.All(golden.Devices, device => Assert.Equal(device.Size, new FileInfo(Path.Combine(directory, device.FileName)).Length));
    }
}
