// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Interruption;

/// <summary>Started without one of the three standard streams, a command takes no file of its own for it.</summary>
public sealed class StandardStreamTests
{
    [Theory]
    [InlineData("list -")]
    [InlineData("extract - \"$2\"")]
    [InlineData("extract -r - \"$1\" \"$2\"")]
    public void A_closed_standard_input_is_an_error(string call)
    {
        using var scratch = new Scratch();
        VmaResult result = VmaCall.Shell($"exec \"$VMA\" {call} <&-", Places.Golden("size-5k.vma"), scratch["out"]).Run();
        Assert.Equal("vma: cannot read standard input: it is closed", Told.LastWord(1, result));
        Assert.Empty(scratch.Entries);
    }

    [Theory]
    [InlineData("extract -v \"$1\" \"$2\"", "<&- >&-")]
    [InlineData("extract -v \"$1\" \"$2\"", ">&- 2>&-")]
    [InlineData("extract -v \"$1\" \"$2\"", "<&- >&- 2>&-")]
    [InlineData("verify -v \"$1\"", "<&- >&- 2>&-")]
    [InlineData("serve \"$1\" -s \"$2\"", "<&- >&- 2>&-")]
    public void A_closed_standard_output_is_an_error_whatever_else_is_closed(string call, string closed)
    {
        using var scratch = new Scratch();
        VmaResult result = VmaCall.Shell($"exec \"$VMA\" {call} {closed}", Places.Golden("multi-extent.vma"), scratch["out"]).Run();
        Assert.Equal(1, result.ExitCode);
        Assert.Empty(scratch.Entries);
    }

    [Theory]
    [InlineData("repack \"$1\" \"$2\" --json", ">&-")]
    [InlineData("repack \"$1\" \"$2\" --json", ">/dev/full")]
    public void A_report_that_cannot_be_written_is_an_error_and_the_archive_stays(string call, string closed)
    {
        using var scratch = new Scratch();
        VmaResult result = VmaCall.Shell($"exec \"$VMA\" {call} {closed}", Places.Golden("multi-extent.vma"), scratch["new"]).Run();
        Told.Failure(result, "cannot write to standard output");
        VmaCall.Run("verify", scratch["new"]).Succeeded();
    }

    [Fact]
    public void What_is_said_never_goes_to_a_file_that_the_command_opens()
    {
        using var scratch = new Scratch();
        string disk = scratch.File("disk.raw", new byte[1 << 20]);
        VmaResult result = VmaCall.Shell("exec \"$VMA\" create -v \"$1\" -d \"$2\" <&- >&- 2>&-", scratch["a.vma"], disk).Run();
        Assert.Equal(0, result.ExitCode);
        VmaCall.Run("verify", scratch["a.vma"]).Succeeded();
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("create --help")]
    public void Help_that_cannot_be_written_is_an_error(string call)
    {
        Told.Failure(VmaCall.Shell($"exec \"$VMA\" {call} >&-").Run(), "cannot write to standard output: bad file descriptor");
        Told.Failure(VmaCall.Shell($"exec \"$VMA\" {call} >/dev/full").Run(), "cannot write to standard output: no space left on device");
    }
}
