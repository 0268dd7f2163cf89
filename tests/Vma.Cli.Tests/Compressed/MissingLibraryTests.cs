// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Compressed;

/// <summary>A system library that is not there: one line that names its package, and everything else works.</summary>
public sealed class MissingLibraryTests
{
    private static readonly string Archive = Places.Golden("three-disks.vma");

    [Theory]
    [InlineData("zstd -q", "libzstd.so.1", "libzstd1")]
    [InlineData("lzop", "liblzo2.so.2", "liblzo2-2")]
    public void A_missing_library_is_named_with_its_package(string compressor, string library, string package)
    {
        using var scratch = new Scratch();
        string file = scratch.File("a", Tool.Compress(compressor, Archive));
        string wanted = $"vma: cannot read '{file}': {library} is not installed; install the package {package}";
        Assert.Equal(wanted, Told.OneLine(1, Without(library, "list", file)));
        Assert.Equal(wanted, Told.OneLine(1, Without(library, "config", file)));
        Assert.Equal(wanted, Told.OneLine(1, Without(library, "verify", file)));
        Assert.Equal(wanted, Told.OneLine(1, Without(library, "extract", file, scratch["out"])));
        Assert.Equal(wanted, Told.OneLine(1, Without(library, "salvage", file, scratch["out"])));
        Assert.Equal(["a"], scratch.Entries);
    }

    [Theory]
    [InlineData("libzstd.so.1", "lzop")]
    [InlineData("liblzo2.so.2", "zstd -q")]
    [InlineData("libzstd.so.1", "gzip")]
    [InlineData("libzstd.so.1", "bzip2")]
    [InlineData("libzstd.so.1", "cat")]
    public void Archives_that_do_not_need_a_missing_library_are_read(string library, string compressor)
    {
        using var scratch = new Scratch();
        byte[] content = compressor == "cat" ? File.ReadAllBytes(Archive) : Tool.Compress(compressor, Archive);
        Without(library, "extract", scratch.File("a", content), scratch["out"]).Succeeded();
    }

    [Fact]
    public void Verify_goes_on_with_the_next_archive()
    {
        using var scratch = new Scratch();
        string file = scratch.File("a", Tool.Compress("zstd -q", Archive));
        VmaResult result = Without("libzstd.so.1", "verify", "--json", file, Archive);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal(2, result.ErrorLines.Length);
        Assert.Contains("libzstd1", result.Json.GetProperty("archives")[0].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.True(result.Json.GetProperty("archives")[1].GetProperty("ok").GetBoolean());
    }

    /// <summary>Calls vma where the library's file is empty, which no other process sees.</summary>
    private static VmaResult Without(string library, params string[] arguments)
    {
        const string Script = """
            library=$(ldconfig -p | sed -nE "s/^[[:space:]]*$1 .*=> //p" | head -n 1)
            [ -n "$library" ] || exit 0
            mount --bind /dev/null "$(readlink -f "$library")" || exit 77
            shift
            exec "$VMA" "$@"
            """;
        bool isPossible = Environment.IsPrivilegedProcess
            && VmaCall.Shell("PATH=$PATH:/sbin:/usr/sbin; unshare -m mount --bind /dev/null /etc/hostname && command -v ldconfig").Run().ExitCode == 0;
        Assert.SkipUnless(isPossible, "needs a mount namespace of its own, which only root may make");
        return VmaCall.Shell("PATH=$PATH:/sbin:/usr/sbin; exec unshare -m /bin/sh -c \"$@\"", [Script, "sh", library, .. arguments]).Run();
    }
}
