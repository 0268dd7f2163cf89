// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Documentation;

/// <summary>What the shells offer is what the command takes.</summary>
public sealed class CompletionTests
{
    private static readonly string[] Verbs =
        ["create", "list", "config", "extract", "verify", "salvage", "repack", "convert", "serve", "boot", "cat", "diff", "backup", "restore"];

    private static readonly string Archive = Places.Golden("three-disks.vma");

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public void The_completion_is_no_syntax_error(string shell) => Shell.Reads(shell);

    [Fact]
    public void Bash_offers_the_verbs()
    {
        string[] offered = Shell.Offers("bash", string.Empty);
        Assert.All([.. Verbs, "--help", "--version"], word => Assert.Contains(word, offered));
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public void Every_shell_offers_the_verbs(string shell)
    {
        string[] offered = Shell.Offers(shell, string.Empty);
        Assert.Equal(Verbs.Order(StringComparer.Ordinal), offered.Where(word => !word.StartsWith('-')).Order(StringComparer.Ordinal));
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
    public void Bash_offers_every_option(string verb) => OffersEveryOption("bash", verb);

    [Theory]
    [InlineData("zsh", "extract")]
    [InlineData("zsh", "serve")]
    [InlineData("zsh", "backup")]
    [InlineData("fish", "extract")]
    [InlineData("fish", "serve")]
    [InlineData("fish", "backup")]
    public void Every_shell_offers_every_option(string shell, string verb) => OffersEveryOption(shell, verb);

    [Fact]
    public void Bash_offers_the_disks_whose_size_can_be_given() =>
        Assert.Equal(["drive-scsi0=", "drive-scsi1="], Shell.Offers("bash", "salvage", Archive, "--size", "drive-s"));

    [Theory]
    [InlineData("bash", "extract ARCHIVE out -d drive-s", "drive-scsi0 drive-scsi1")]
    [InlineData("bash", "extract ARCHIVE out -d drive-efidisk0,drive-s", "drive-efidisk0,drive-scsi0 drive-efidisk0,drive-scsi1")]
    [InlineData("bash", "extract ARCHIVE out --drives = drive-s", "drive-scsi0 drive-scsi1")]
    [InlineData("bash", "extract ARCHIVE out -d drive-scsi0 : q", "qcow2 qed")]
    [InlineData("bash", "cat ARCHIVE drive-s", "drive-scsi0 drive-scsi1")]
    [InlineData("bash", "cat --offset 5 -- ARCHIVE drive-s", "drive-scsi0 drive-scsi1")]
    [InlineData("bash", "config ARCHIVE -c q", "qemu-server.conf qemu-server.fw")]
    [InlineData("bash", "serve -e a = ARCHIVE : drive-s", "drive-scsi0 drive-scsi1")]
    [InlineData("bash", "create a.vma -d format = v", "vdi: vhdx: vmdk: vpc:")]
    [InlineData("bash", "repack a b --compress z", "zstd")]
    [InlineData("bash", "backup s a --method push", "push-direct push-fleece")]
    [InlineData("bash", "verify ARCHIV", "ARCHIVE")]
    [InlineData("zsh", "extract ARCHIVE out -d drive-s", "drive-scsi0 drive-scsi1")]
    [InlineData("zsh", "extract ARCHIVE out -d drive-efidisk0,drive-s", "drive-scsi0 drive-scsi1")]
    [InlineData("zsh", "extract ARCHIVE out -d drive-scsi0:q", "qcow2 qed")]
    [InlineData("zsh", "cat ARCHIVE drive-s", "drive-scsi0 drive-scsi1")]
    [InlineData("zsh", "config ARCHIVE -c q", "qemu-server.conf qemu-server.fw")]
    [InlineData("zsh", "salvage ARCHIVE out --size drive-s", "drive-scsi0 drive-scsi1")]
    [InlineData("zsh", "serve -e a=ARCHIVE:drive-s", "drive-scsi0 drive-scsi1")]
    [InlineData("zsh", "repack a b --compress z", "zstd")]
    [InlineData("zsh", "backup s a --method push", "push-direct push-fleece")]
    [InlineData("fish", "extract ARCHIVE out -d drive-s", "drive-scsi0 drive-scsi1")]
    [InlineData("fish", "extract ARCHIVE out -d drive-efidisk0,drive-s", "drive-efidisk0,drive-scsi0 drive-efidisk0,drive-scsi1")]
    [InlineData("fish", "extract ARCHIVE out -d drive-scsi0:q", "drive-scsi0:qcow2 drive-scsi0:qed")]
    [InlineData("fish", "cat ARCHIVE drive-s", "drive-scsi0 drive-scsi1")]
    [InlineData("fish", "cat --offset 5 -- ARCHIVE drive-s", "drive-scsi0 drive-scsi1")]
    [InlineData("fish", "config ARCHIVE -c q", "qemu-server.conf qemu-server.fw")]
    [InlineData("fish", "salvage ARCHIVE out --size drive-s", "drive-scsi0= drive-scsi1=")]
    [InlineData("fish", "serve -e a=ARCHIVE:drive-s", "a=ARCHIVE:drive-scsi0 a=ARCHIVE:drive-scsi1")]
    [InlineData("fish", "create a.vma -d format=vh", "format=vhdx:")]
    [InlineData("fish", "repack a b --compress z", "zstd")]
    [InlineData("fish", "backup s a --method push", "push-direct push-fleece")]
    [InlineData("fish", "verify ARCHIV", "ARCHIVE")]
    public void What_a_place_takes_is_offered(string shell, string call, string expected)
    {
        string[] words = [.. call.Split(' ').Select(Full)];
        Assert.Equal(expected.Split(' ').Select(Full), Shell.Offers(shell, words).Order(StringComparer.Ordinal));

        static string Full(string word) => word == "ARCHIV" ? Archive[..^1] : word.Replace("ARCHIVE", Archive, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("fish")]
    public void Behind_two_dashes_an_operand_may_begin_with_one(string shell)
    {
        Assert.Contains("--drives", Shell.Offers(shell, "extract", "-"));
        Assert.DoesNotContain("--drives", Shell.Offers(shell, "extract", "--", "-"));
    }

    private static void OffersEveryOption(string shell, string verb)
    {
        string help = VmaCall.Run(verb, "--help").Succeeded().Output;
        string options = help[help.IndexOf("Options:", StringComparison.Ordinal)..];
        string[] words = options.Split([' ', '\n', ','], StringSplitOptions.RemoveEmptyEntries);
        string[] known = [.. words.Where(word => word.StartsWith('-') && word != "-?").Distinct()];
        Assert.Contains("--help", known);
        Assert.Equal(known.Order(StringComparer.Ordinal), Shell.Offers(shell, verb, "-").Order(StringComparer.Ordinal));
    }
}
