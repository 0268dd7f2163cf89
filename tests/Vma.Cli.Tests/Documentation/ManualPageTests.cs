// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Documentation;

public sealed class ManualPageTests
{
    private static readonly string Page = Path.Combine(Places.Root, "docs", "vma.1");

    [Fact]
    public void It_is_set_without_a_warning()
    {
        Assert.SkipUnless(VmaCall.Shell("man --version && command -v groff").Run().ExitCode == 0, "needs man and groff");
        VmaResult result = VmaCall.Shell("MANWIDTH=80 exec man --warnings -P cat -l \"$1\"", Page).Run().Succeeded();
        Assert.Empty(result.Error);
        Assert.Contains("SALVAGE", result.Output.ToUpperInvariant(), StringComparison.Ordinal);
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
    public void It_tells_of_every_option(string verb)
    {
        string page = File.ReadAllText(Page).Replace("\\-", "-");
        int start = page.IndexOf($"\n.SS vma {verb} ", StringComparison.Ordinal);
        string rest = page[(start + 1)..];
        string section = rest[..Math.Min(rest.IndexOf("\n.SS ", StringComparison.Ordinal) is var next and >= 0 ? next
            : rest.Length, rest.IndexOf("\n.SH ", StringComparison.Ordinal))];
        string help = VmaCall.Run(verb, "--help").Succeeded().Output;
        string[] options = [.. help[help.IndexOf("Options:", StringComparison.Ordinal)..].Split([' ', '\n', ','], StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word.StartsWith("--", StringComparison.Ordinal) && word != "--help")];
        Assert.All(options, option => Assert.Contains(option, section, StringComparison.Ordinal));
    }
}
