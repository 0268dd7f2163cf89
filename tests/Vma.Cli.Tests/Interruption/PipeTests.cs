// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Interruption;

/// <summary>The reader of our output goes away, or the output cannot be written; and inputs go away while they are read.</summary>
public sealed class PipeTests
{
    private static readonly string Archive = Places.Golden("configs.vma");

    [Theory]
    [InlineData("list")]
    [InlineData("list --json")]
    [InlineData("verify -v")]
    [InlineData("config -c max.bin")]
    public void A_closed_pipe_ends_a_command_quietly(string call)
    {
        using var scratch = new Scratch();
        VmaResult result = VmaCall.Shell($"{{ sleep 0.3; \"$VMA\" {call} \"$1\"; echo $? > \"$2\"; }} | true; cat \"$2\"", Archive, scratch["code"]).Run();
        Assert.Equal("1\n", result.Output);
        Assert.Empty(result.Error);
    }

    [Fact]
    public void A_reader_that_takes_one_byte_is_no_trouble()
    {
        VmaResult result = VmaCall.Shell("\"$VMA\" config \"$1\" -c max.bin | head -c1", Archive).Run();
        Assert.Single(result.OutputBytes);
        Assert.Empty(result.Error);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("list --json")]
    [InlineData("verify -v")]
    [InlineData("verify --json")]
    [InlineData("config")]
    [InlineData("config -c max.bin")]
    [InlineData("--help")]
    [InlineData("--version")]
    public void A_full_device_is_an_error(string call)
    {
        string file = call.StartsWith("--", StringComparison.Ordinal) ? string.Empty : "\"$1\"";
        VmaResult result = VmaCall.Shell($"exec \"$VMA\" {call} {file} > /dev/full", Archive).Run();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("no space left on device", result.ErrorLines[^1], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void An_extract_whose_output_is_lost_is_not_finished()
    {
        using var scratch = new Scratch();
        VmaResult result = VmaCall.Shell("exec \"$VMA\" extract \"$1\" \"$2\" > /dev/full", Archive, scratch["out"]).Run();
        Assert.Contains("cannot write to standard output", Told.LastWord(1, result), StringComparison.Ordinal);
        Assert.Empty(scratch.Entries);
    }

    [Theory]
    [InlineData("-")]
    [InlineData("/dev/stdout")]
    public void A_reader_that_goes_away_fails_create(string archive)
    {
        using Scratch scratch = WithDisk();
        VmaResult result = VmaCall.Shell(
            "{ \"$VMA\" create \"$1\" -d format=raw:a=\"$2\"; echo $? > \"$3\"; } | head -c 1000 > /dev/null; cat \"$3\"", archive, scratch["disk.raw"],
                scratch["code"]).Run();
        Assert.Equal("1\n", result.Output);
        Assert.Equal($"vma: cannot write '{archive}': nobody reads it any more\n", result.Error);
    }

    [Fact]
    public void A_reader_that_leaves_a_FIFO_fails_create()
    {
        using Scratch scratch = WithDisk();
        VmaResult result = VmaCall.Shell("head -c 1000 \"$1\" > /dev/null & exec \"$VMA\" create \"$1\" -d format=raw:a=\"$2\"", scratch.Fifo("fifo"),
            scratch["disk.raw"]).Run();
        Assert.Contains("nobody reads it any more", Told.LastWord(1, result), StringComparison.Ordinal);
        Assert.Equal(["disk.raw", "fifo"], scratch.Entries);
    }

    [Fact]
    public void A_full_device_as_archive_fails_create()
    {
        using Scratch scratch = WithDisk();
        Told.Failure(VmaCall.Run("create", "/dev/full", "-d", $"format=raw:a={scratch["disk.raw"]}"), "no space left on device");
    }

    [Fact]
    public void A_disk_that_is_cut_while_it_is_read_fails_create_and_kills_the_command()
    {
        using Scratch scratch = WithDisk();
        string command = $"exec:truncate -s 0 '{scratch["disk.raw"]}'; cat > /dev/null; echo whole > '{scratch["finished"]}'";
        VmaResult result = VmaCall.Run("create", command, "-d", $"format=raw:a={scratch["disk.raw"]}");
        Assert.Contains("disk.raw", Told.OneLine(1, result), StringComparison.Ordinal);
        Assert.Equal(["disk.raw"], scratch.Entries);
    }

    [Fact]
    public void A_command_that_stops_reading_fails_create()
    {
        using Scratch scratch = WithDisk();
        VmaResult result = VmaCall.Run("create", "exec:head -c 1000 > /dev/null", "-d", $"format=raw:a={scratch["disk.raw"]}");
        Told.Failure(result, "read no further");
    }

    private static Scratch WithDisk()
    {
        var scratch = new Scratch();
        scratch.File("disk.raw", Images.Noise(64 << 20));
        return scratch;
    }
}
