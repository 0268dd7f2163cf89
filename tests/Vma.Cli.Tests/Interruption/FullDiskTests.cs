// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Interruption;

/// <summary>No space left: one line that says so, and nothing left that takes space or looks finished.</summary>
public sealed class FullDiskTests
{
    private const string OneMegabyte = "size=1m";
    private const string Full = "no space left on device";

    [Fact]
    public void A_create_that_does_not_fit_leaves_nothing()
    {
        using Scratch scratch = WithArchive();
        string small = scratch.Mount("small", OneMegabyte);
        VmaResult result = VmaCall.Run("create", $"{small}/b.vma", "-d", $"format=raw:{scratch["disk.raw"]}");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal(2, result.ErrorLines.Length);
        Assert.Equal($"vma: warning: up to 3.0 MiB will be stored, but '{small}' has 1.0 MiB free", result.ErrorLines[0]);
        Assert.Contains(Full, result.ErrorLines[1], StringComparison.Ordinal);
        Assert.Empty(Scratch.Names(small));
    }

    [Fact]
    public void An_extract_that_does_not_fit_leaves_nothing()
    {
        using Scratch scratch = WithArchive();
        string small = scratch.Mount("small", OneMegabyte);
        VmaResult result = VmaCall.Run("extract", "-v", "--ignore-space", scratch["a.vma"], $"{small}/out");
        Assert.Contains(Full, Told.LastWord(1, result), StringComparison.Ordinal);
        Assert.Empty(Scratch.Names(small));
    }

    [Theory]
    [InlineData("raw")]
    [InlineData("qcow2")]
    public void An_extract_that_surely_does_not_fit_is_refused_before_anything_is_written(string format)
    {
        using Scratch scratch = WithArchive();
        string small = scratch.Mount("small", OneMegabyte);
        Told.Failure(VmaCall.Run("extract", scratch["a.vma"], $"{small}/out", "--format", format),
            $"'{small}/out' would take at least 3.0 MiB, but only 1.0 MiB are free there");
        Assert.Empty(Scratch.Names(small));
    }

    [Fact]
    public void An_image_that_does_not_fit_is_named_and_goes()
    {
        using Scratch scratch = WithArchive();
        string small = scratch.Mount("small", OneMegabyte);
        VmaResult result = VmaCall.Run("extract", "--ignore-space", "--format", "qcow2", scratch["a.vma"], $"{small}/out");
        Assert.StartsWith($"vma: cannot write '{small}/out/tmp-disk-a.qcow2' for device 'a': ", Told.LastWord(1, result), StringComparison.Ordinal);
        Assert.Empty(Scratch.Names(small));
    }

    [Fact]
    public void A_config_that_does_not_fit_leaves_nothing()
    {
        using var scratch = new Scratch();
        string small = scratch.Mount("small", "size=8k");
        Told.Failure(VmaCall.Run("extract", "--ignore-space", Places.Golden("configs.vma"), $"{small}/out"), Full);
        Assert.Empty(Scratch.Names(small));
    }

    [Fact]
    public void A_target_that_does_not_fit_is_named()
    {
        using Scratch scratch = WithArchive();
        string small = scratch.Mount("small", OneMegabyte);
        Images.Sparse($"{small}/t.raw", 3 << 20);
        string map = scratch.File("map", System.Text.Encoding.UTF8.GetBytes($"0:a={small}/t.raw\n"));
        VmaResult result = VmaCall.Run("extract", "-r", map, scratch["a.vma"], scratch["out"]);
        Assert.Equal($"vma: cannot write '{small}/t.raw' for device 'a': {Full}", Told.LastWord(1, result));
        Assert.False(Directory.Exists(scratch["out"]));
    }

    private static Scratch WithArchive()
    {
        var scratch = new Scratch();
        scratch.File("disk.raw", Images.Noise(3 << 20));
        VmaCall.Run("create", scratch["a.vma"], "-d", $"format=raw:a={scratch["disk.raw"]}").Succeeded();
        return scratch;
    }
}
