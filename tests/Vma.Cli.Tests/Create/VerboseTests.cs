// SPDX-License-Identifier: MIT

using System.Globalization;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Create;

/// <summary>What <c>create -v</c> tells, on standard error.</summary>
public sealed class VerboseTests
{
    [Fact]
    public void Progress_lines_rise_to_100_and_a_line_for_each_image_follows()
    {
        using var scratch = new Scratch();
        scratch.File("a.raw", Images.Striped(130 * 65536));
        scratch.File("b.raw", new byte[5000]);
        VmaResult result = VmaCall.Run("create", "-v", scratch["a.vma"], "-d", $"format=raw:a={scratch["a.raw"]}", "-d", $"format=raw:b={scratch["b.raw"]}")
            .Succeeded();
        Assert.Empty(result.Output);
        long total = 130 * 65536 + 5120;
        string[][] progress = [.. result.ErrorLines[..^2].Select(line => line.Split(' '))];
        Assert.All(progress, words => Assert.Matches($@"^progress \d+% \d+/{total} \d+$", string.Join(' ', words)));
        int[] percents = [.. progress.Select(words => int.Parse(words[1].TrimEnd('%'), CultureInfo.InvariantCulture))];
        Assert.Equal(percents.Distinct().Order(), percents);
        Assert.Equal($"progress 100% {total}/{total} {65 * 65536 + 5120}", result.ErrorLines[^3]);
        Assert.Equal($"image a: size={130 * 65536} zeros={65 * 65536} saved={65 * 65536}", result.ErrorLines[^2]);
        Assert.Equal("image b: size=5120 zeros=5120 saved=0", result.ErrorLines[^1]);
    }

    [Fact]
    public void Without_verbose_nothing_is_said()
    {
        using var scratch = new Scratch();
        VmaResult result = VmaCall.Run("create", scratch["a.vma"], "-d", $"format=raw:{scratch.File("a.raw", 1)}").Succeeded();
        Assert.Empty(result.Output + result.Error);
    }

    [Fact]
    public void An_archive_of_configs_alone_is_made_without_a_complaint()
    {
        using var scratch = new Scratch();
        VmaResult result = VmaCall.Run("create", "-v", scratch["a.vma"], "-c", scratch.File("a.conf", 1)).Succeeded();
        Assert.DoesNotContain(result.ErrorLines, line => line.StartsWith("vma: ", StringComparison.Ordinal));
    }
}
