// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Create;

/// <summary>As much as a header holds, and one more.</summary>
public sealed class LimitTests
{
    [Fact]
    public void As_many_configs_as_fit_come_back()
    {
        using var scratch = new Scratch();
        VmaCall.Run(["create", scratch["a.vma"], .. Configs(scratch, 256)]).Succeeded();
        Assert.Equal(257, VmaCall.Run("list", scratch["a.vma"]).Succeeded().OutputLines.Length);
    }

    [Fact]
    public void One_config_more_than_fits_is_refused()
    {
        using var scratch = new Scratch();
        Told.Failure(VmaCall.Run(["create", scratch["a.vma"], .. Configs(scratch, 257)]), "257 configs");
        Assert.DoesNotContain(scratch.Entries, name => name.StartsWith("a.vma", StringComparison.Ordinal));
    }

    [Fact]
    public void As_many_disks_as_fit_come_back()
    {
        using var scratch = new Scratch();
        VmaCall.Run(["create", scratch["a.vma"], .. Disks(scratch, 254)]).Succeeded();
        VmaCall.Run("extract", scratch["a.vma"], scratch["out"]).Succeeded();
        Assert.Equal(254, Scratch.Names(scratch["out"]).Length);
    }

    [Fact]
    public void One_disk_more_than_fits_is_refused()
    {
        using var scratch = new Scratch();
        Told.Failure(VmaCall.Run(["create", scratch["a.vma"], .. Disks(scratch, 255)]), "254");
        Assert.DoesNotContain(scratch.Entries, name => name.StartsWith("a.vma", StringComparison.Ordinal));
    }

    [Fact]
    public void Configs_that_make_too_long_a_header_are_refused()
    {
        using var scratch = new Scratch();
        string[] arguments = [.. Enumerable.Range(0, 9).SelectMany(i => (string[])["-c", scratch.File($"{i}.conf", new byte[65535])])];
        Told.Failure(VmaCall.Run(["create", scratch["a.vma"], .. arguments]), "524288");
        Assert.DoesNotContain(scratch.Entries, name => name.StartsWith("a.vma", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Configs(Scratch scratch, int count) =>
        Enumerable.Range(0, count).SelectMany(i => (string[])["-c", scratch.File($"{i}.conf", (byte)(i % 256))]);

    private static IEnumerable<string> Disks(Scratch scratch, int count)
    {
        string disk = scratch.File("disk.raw", new byte[512]);
        return Enumerable.Range(0, count).SelectMany(_ => (string[])["-d", $"format=raw:{disk}"]);
    }
}
