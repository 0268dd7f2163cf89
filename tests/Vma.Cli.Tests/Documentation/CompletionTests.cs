// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Documentation;

/// <summary>What the shells offer is what the command takes.</summary>
public sealed class CompletionTests
{
    private static readonly string[] Verbs = ["create", "list", "config", "extract", "verify", "salvage", "repack", "convert", "serve", "boot", "cat", "diff",
        "backup", "restore"];
    private static readonly string Bash = Path.Combine(Places.Root, "docs", "completion", "vma.bash");
    private static readonly string Zsh = Path.Combine(Places.Root, "docs", "completion", "vma.zsh");

    [Fact]
    public void Bash_offers_the_verbs()
    {
        string[] offered = Offered(string.Empty);
        Assert.All([.. Verbs, "--help", "--version"], word => Assert.Contains(word, offered));
    }

    [Theory]
    [InlineData("list")]
    [InlineData("config")]
    [InlineData("extract")]
    [InlineData("verify")]
    [InlineData("salvage")]
    [InlineData("create")]
    [InlineData("repack")]
    [InlineData("convert")]
    [InlineData("serve")]
    [InlineData("cat")]
    [InlineData("diff")]
    [InlineData("backup")]
    [InlineData("restore")]
    [InlineData("boot")]
    public void Bash_offers_every_option(string verb)
    {
        string help = VmaCall.Run(verb, "--help").Succeeded().Output;
        string options = help[help.IndexOf("Options:", StringComparison.Ordinal)..];
        string[] known = [.. options.Split([' ', '\n', ','], StringSplitOptions.RemoveEmptyEntries).Where(word => word.StartsWith('-') && word != "-?")
            .Distinct()];
        Assert.Contains("--help", known);
        Assert.Equal(known.Order(StringComparer.Ordinal), Offered(verb, "-").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Bash_offers_the_disks_whose_size_can_be_given() =>
        Assert.Equal(["drive-scsi0=", "drive-scsi1="], Offered("salvage", Places.Golden("three-disks.vma"), "--size", "drive-s"));

    [Fact]
    public void Zsh_has_every_verb_and_is_no_syntax_error()
    {
        string text = File.ReadAllText(Zsh);
        Assert.All(Verbs, verb => Assert.Contains($"                '{verb}:", text, StringComparison.Ordinal));
        Assert.All(Verbs, verb => Assert.Contains($"                {verb})", text, StringComparison.Ordinal));
        Tool.Need("zsh");
        Assert.Empty(VmaCall.Shell("exec zsh -n \"$1\"", Zsh).Run().Succeeded().Error);
    }

    /// <summary>What bash offers for the last of these words behind the command.</summary>
    private static string[] Offered(params string[] words)
    {
        Tool.Need("bash");
        const string Script = """
            . "$1"; shift
            COMP_WORDS=("$VMA" "$@"); COMP_CWORD=$#
            _vma 2>/dev/null
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        return VmaCall.Shell("exec bash --norc --noprofile -c \"$@\"", [Script, "bash", Bash, .. words]).Run().Succeeded().OutputLines;
    }
}
