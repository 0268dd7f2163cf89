// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Create;

/// <summary>Where <c>create</c> writes to.</summary>
public sealed class OutputTests
{
    [Fact]
    public void An_archive_that_exists_is_never_touched()
    {
        using Scratch scratch = WithDisk();
        scratch.File("a.vma", [.. "precious"u8]);
        Told.Failure(Create(scratch, scratch["a.vma"]), "exists already");
        Assert.Equal("precious", File.ReadAllText(scratch["a.vma"]));
        Assert.Equal(["a.vma", "disk.raw"], scratch.Entries);
    }

    [Fact]
    public void A_dangling_link_is_not_written_through()
    {
        using Scratch scratch = WithDisk();
        File.CreateSymbolicLink(scratch["a.vma"], scratch["elsewhere"]);
        VmaResult result = Create(scratch, scratch["a.vma"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal(["a.vma", "disk.raw"], scratch.Entries);
    }

    [Fact]
    public void A_directory_is_refused()
    {
        using Scratch scratch = WithDisk();
        Told.Failure(Create(scratch, scratch.Path), "is a directory");
    }

    [Theory]
    [InlineData("/nonesuch/dir/a.vma", "no such file or directory")]
    [InlineData("/proc/a.vma", "/proc/a.vma")]
    public void A_place_where_nothing_can_be_made_is_named(string archive, string about)
    {
        using Scratch scratch = WithDisk();
        Told.Failure(Create(scratch, archive), about);
    }

    [Fact]
    public void An_unwritable_directory_is_named()
    {
        using Scratch scratch = WithDisk();
        string directory = scratch.ReadOnlyDirectory();
        Told.Failure(Create(scratch, $"{directory}/a.vma"), "a.vma");
        Assert.Empty(Scratch.Names(directory));
    }

    [Theory]
    [InlineData("-")]
    [InlineData("/dev/stdout")]
    [InlineData("/dev/fd/1")]
    [InlineData("/proc/self/fd/1")]
    public void Standard_output_takes_the_archive(string name)
    {
        using Scratch scratch = WithDisk();
        AssertWhole(scratch, Create(scratch, name).Succeeded().OutputBytes);
        Assert.Equal(["disk.raw"], scratch.Entries);
    }

    [Fact]
    public void A_redirected_file_is_appended_to_where_the_shell_stands()
    {
        using Scratch scratch = WithDisk();
        VmaCall.Shell("{ printf before; \"$VMA\" create /dev/stdout -d format=raw:a=\"$1\"; } > \"$2\"", scratch["disk.raw"], scratch["a"]).Run().Succeeded();
        byte[] written = File.ReadAllBytes(scratch["a"]);
        Assert.Equal("before"u8, written.AsSpan(0, 6));
        AssertWhole(scratch, written[6..]);
    }

    [Fact]
    public void A_FIFO_takes_the_archive()
    {
        using Scratch scratch = WithDisk();
        VmaResult result = VmaCall.Shell("cat \"$1\" & \"$VMA\" create \"$1\" -d format=raw:a=\"$2\"; wait", scratch.Fifo("fifo"), scratch["disk.raw"]).Run()
            .Succeeded();
        AssertWhole(scratch, result.OutputBytes);
        Assert.Equal(["disk.raw", "fifo"], scratch.Entries);
    }

    [Fact]
    public void A_command_takes_the_archive_and_is_waited_for()
    {
        using Scratch scratch = WithDisk();
        Create(scratch, $"exec:sleep 0.1; cat > '{scratch["b.part"]}' && mv '{scratch["b.part"]}' '{scratch["b"]}'").Succeeded();
        AssertWhole(scratch, File.ReadAllBytes(scratch["b"]));
    }

    [Theory]
    [InlineData("exec:cat > /dev/null; exit 7", "7")]
    [InlineData("exec:exit 3", "")]
    [InlineData("exec:/nonesuch/command", "")]
    public void A_command_that_fails_fails_create(string command, string about)
    {
        using Scratch scratch = WithDisk();
        VmaResult result = Create(scratch, command);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(about, Assert.Single(result.ErrorLines, line => line.StartsWith("vma: ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exec:")]
    [InlineData("exec:  ")]
    public void A_command_of_nothing_is_a_wrong_call(string command)
    {
        using Scratch scratch = WithDisk();
        Told.Usage(Create(scratch, command), "exec:");
    }

    [Fact]
    public void What_a_command_prints_goes_to_standard_output()
    {
        using Scratch scratch = WithDisk();
        VmaResult result = Create(scratch, "exec:cat");
        AssertWhole(scratch, result.Succeeded().OutputBytes);
    }

    private static Scratch WithDisk()
    {
        var scratch = new Scratch();
        scratch.File("disk.raw", Images.Striped(300 * 4096));
        return scratch;
    }

    private static VmaResult Create(Scratch scratch, string archive) => VmaCall.Run("create", archive, "-d", $"format=raw:a={scratch["disk.raw"]}");

    private static void AssertWhole(Scratch scratch, byte[] archive)
    {
        using var other = new Scratch();
        new VmaCall("extract", "-", other["out"]) { Input = archive }.Run().Succeeded();
        Assert.Equal(File.ReadAllBytes(scratch["disk.raw"]), File.ReadAllBytes(other["out/disk-a.raw"]));
    }
}
