// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Documentation;

public sealed class ManualPageTests
{
    private static readonly string Page = Path.Combine(Places.Root, "docs", "vma.1");

    [Fact]
    public void The_manual_page_is_set_without_a_warning()
    {
        Assert.SkipUnless(VmaCall.Shell("man --version && command -v groff").Run().ExitCode == 0, "needs man and groff");
        VmaResult result = VmaCall.Shell("MANWIDTH=80 exec man --warnings -P cat -l \"$1\"", Page).Run().Succeeded();
        Assert.Empty(result.Error);
        Assert.Contains("SALVAGE", result.Output.ToUpperInvariant(), StringComparison.Ordinal);
    }

    [Fact]
    public void Examples_stand_as_they_are_typed_and_no_mark_is_left()
    {
        Assert.SkipUnless(VmaCall.Shell("man --version && command -v groff").Run().ExitCode == 0, "needs man and groff");
        string[] lines = VmaCall.Shell("MANWIDTH=80 exec man -P cat -l \"$1\" | sed 's/^ *//'", Page).Run().Succeeded().OutputLines;
        Assert.Contains(@"vma create 'exec:zstd -q -o backup.vma.zst' -c qemu-server.conf \", lines);
        Assert.Contains("[format=F:][throttling.bps=N:][throttling.group=G:]", lines);
        Assert.DoesNotContain(lines, line => line.Replace("*.vma", string.Empty, StringComparison.Ordinal).IndexOfAny(['`', '*']) >= 0);
    }
}
