// SPDX-License-Identifier: MIT

using System.Text.Json;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Verify;

/// <summary>Several archives in one call: each gets its verdict, and the worst counts.</summary>
public sealed class SeveralTests
{
    private static readonly string Good = Places.Golden("size-5k.vma");

    [Fact]
    public void A_missing_archive_is_told_and_the_others_are_checked()
    {
        using var scratch = new Scratch();
        VmaResult result = VmaCall.Run("verify", scratch["nonesuch"], Good, "--json");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal([$"vma: cannot open '{scratch["nonesuch"]}': no such file or directory",
            $"vma: {Good}: structure good, data unchecked"], result.ErrorLines);
        JsonElement[] archives = [.. result.Json.GetProperty("archives").EnumerateArray()];
        Assert.Equal($"cannot open '{scratch["nonesuch"]}': no such file or directory", archives[0].GetProperty("error").GetString());
        Assert.False(archives[0].GetProperty("ok").GetBoolean());
        Assert.Equal(0, archives[0].GetProperty("errors").GetInt32());
        Assert.Equal(JsonValueKind.Null, archives[1].GetProperty("error").ValueKind);
        Assert.True(archives[1].GetProperty("ok").GetBoolean());
    }

    [Fact]
    public void Damage_counts_for_more_than_one_that_is_missing()
    {
        using var scratch = new Scratch();
        string damaged = scratch.File("damaged.vma", ArchiveBuilder.Sound().Build()[..^1]);
        Assert.Equal(3, VmaCall.Run("verify", scratch["nonesuch"], damaged, Good).ExitCode);
        Assert.Equal(3, VmaCall.Run("verify", damaged, Good, scratch["nonesuch"]).ExitCode);
        Assert.Equal(3, VmaCall.Run("verify", scratch["nonesuch"], scratch.File("none", 1, 2, 3, 4)).ExitCode);
    }

    [Fact]
    public void A_directory_among_the_archives_is_told()
    {
        VmaResult result = VmaCall.Run("verify", "/tmp", Good);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("vma: cannot read '/tmp': it is a directory", result.ErrorLines[0]);
        Assert.Equal(2, result.ErrorLines.Length);
    }

    [Fact]
    public void Archives_that_are_all_good_end_in_0() =>
        Assert.Equal(2, VmaCall.Run("verify", Good, Places.Golden("three-disks.vma")).Succeeded().ErrorLines.Length);
}
