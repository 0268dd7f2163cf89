// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Calls;

/// <summary>Help and version go to standard output, and are no error.</summary>
public sealed class HelpTests
{
    [Theory]
    [InlineData("-h")]
    [InlineData("--help")]
    [InlineData("list -h")]
    [InlineData("config -h")]
    [InlineData("create -h")]
    [InlineData("extract -h")]
    [InlineData("verify -h")]
    [InlineData("salvage -h")]
    [InlineData("extract --help")]
    [InlineData("extract a b -h")]
    public void Help_is_shown(string call)
    {
        VmaResult result = VmaCall.Run(call.Split(' ')).Succeeded();
        Assert.Contains("Usage:", result.Output, StringComparison.Ordinal);
        Assert.Empty(result.Error);
    }

    [Fact]
    public void Help_lists_the_verbs()
    {
        string help = VmaCall.Run("-h").Succeeded().Output;
        Assert.All(["list", "config", "create", "extract", "verify", "salvage"], verb => Assert.Contains($"\n  {verb} ", help, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("list", "--json")]
    [InlineData("config", "-c, --config")]
    [InlineData("create", "-v, --verbose;-c, --config;-d, --drive;--no-seal;--json")]
    [InlineData("extract", "-v, --verbose;-d, --drives;-r, --map;--json")]
    [InlineData("verify", "-v, --verbose;--quick;--json")]
    [InlineData("salvage", "--keep-damaged;--size;--no-sync;--json")]
    public void Every_option_is_explained_with_its_long_name(string verb, string options)
    {
        string help = VmaCall.Run(verb, "-h").Succeeded().Output;
        Assert.All(options.Split(';'), option => Assert.Contains(option, help, StringComparison.Ordinal));
    }

    [Fact]
    public void The_version_is_one_line()
    {
        VmaResult result = VmaCall.Run("--version").Succeeded();
        Assert.Matches(@"^(vma )?\d+\.\d+\.\d+\S*\n$", result.Output);
        Assert.Empty(result.Error);
    }
}
