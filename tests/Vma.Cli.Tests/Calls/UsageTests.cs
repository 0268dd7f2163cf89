// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Calls;

/// <summary>A wrong call: one line that says what was wrong, with a hint; nothing on standard output, nothing made.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("", "no command")]
    [InlineData("frobnicate", "frobnicate")]
    [InlineData("--frobnicate", "--frobnicate")]
    [InlineData("list", "FILE")]
    [InlineData("list a b", "b")]
    [InlineData("list -x a", "-x")]
    [InlineData("list a --nonesuch", "--nonesuch")]
    [InlineData("config", "FILE")]
    [InlineData("config a b", "b")]
    [InlineData("config a -c", "-c")]
    [InlineData("extract", "FILE")]
    [InlineData("extract a", "DIR")]
    [InlineData("extract a b c", "c")]
    [InlineData("extract a b -d", "-d")]
    [InlineData("extract a b -q", "-q")]
    [InlineData("verify", "FILE")]
    [InlineData("verify -x a", "-x")]
    [InlineData("salvage", "FILE")]
    [InlineData("salvage a", "DIR")]
    [InlineData("salvage a b c", "c")]
    [InlineData("salvage a b -q", "-q")]
    [InlineData("salvage a b --size", "--size")]
    [InlineData("create", "ARCHIVE")]
    [InlineData("create a -z b", "-z")]
    [InlineData("create a -c", "-c")]
    public void A_wrong_call_is_told_in_one_line_with_a_hint(string call, string about)
    {
        using var scratch = new Scratch();
        VmaResult result = new VmaCall(call.Split(' ', StringSplitOptions.RemoveEmptyEntries)) { Directory = scratch.Path }.Run();
        Told.Usage(result, about);
        Assert.Contains("--help", result.Error, StringComparison.Ordinal);
        Assert.Empty(scratch.Entries);
    }

    [Theory]
    [InlineData("list|", "FILE is empty")]
    [InlineData("list|--|", "FILE is empty")]
    [InlineData("salvage|a|", "DIR is empty")]
    [InlineData("diff|a|", "B is empty")]
    [InlineData("convert|a|", "IN is empty")]
    [InlineData("serve|", "FILE is empty")]
    [InlineData("serve|a|--socket|", "--socket is empty")]
    [InlineData("serve|a|--tls|", "--tls is empty")]
    [InlineData("boot|a|--keep|", "--keep is empty")]
    [InlineData("extract|a|b|-d|", "--drives is empty")]
    public void An_empty_word_is_told(string call, string about)
    {
        using var scratch = new Scratch();
        Told.Usage(new VmaCall(call.Split('|')) { Directory = scratch.Path }.Run(), about);
        Assert.Empty(scratch.Entries);
    }

    [Fact]
    public void Control_characters_of_a_call_do_not_reach_the_terminal()
    {
        VmaResult result = VmaCall.Run("list", "/nonesuch\e[31m\nred");
        Told.Failure(result, "no such file");
        Assert.DoesNotContain('\e', result.Error);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("config")]
    [InlineData("verify")]
    public void A_missing_archive_is_told_with_its_name(string verb) => Told.Failure(VmaCall.Run(verb, "/nonesuch/a.vma"), "'/nonesuch/a.vma'");

    [Fact]
    public void A_missing_archive_makes_no_directory()
    {
        using var scratch = new Scratch();
        Told.Failure(VmaCall.Run("extract", scratch["a.vma"], scratch["out"]), "no such file");
        Assert.Empty(scratch.Entries);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("config")]
    [InlineData("verify")]
    public void A_device_without_end_is_no_archive(string verb) =>
        Assert.Contains("not a VMA archive", Told.OneLine(3, VmaCall.Run(verb, "/dev/zero")), StringComparison.Ordinal);

    [Fact]
    public void Verify_goes_on_behind_an_archive_that_is_none()
    {
        using var scratch = new Scratch();
        VmaResult result = VmaCall.Run("verify", scratch.File("a.vma", 1, 2, 3, 4, 5), Places.Golden("size-5k.vma"), scratch.File("b.vma"));
        Assert.Equal(3, result.ExitCode);
        Assert.Equal(3, result.ErrorLines.Length);
        Assert.Contains("size-5k.vma: structure good", result.ErrorLines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("verify")]
    public void A_directory_is_no_archive(string verb) => Told.Failure(VmaCall.Run(verb, "/tmp"), "directory");

    [Fact]
    public void The_archive_and_the_map_cannot_share_standard_input()
    {
        using var scratch = new Scratch();
        Told.Usage(VmaCall.Run("extract", "-r", "/dev/stdin", "-", scratch["out"]), "standard input");
        Assert.Empty(scratch.Entries);
    }
}
