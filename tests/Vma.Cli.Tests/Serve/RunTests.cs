// SPDX-License-Identifier: MIT

using System.Globalization;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Serve;

/// <summary>With --run the server lives as long as a command does.</summary>
public sealed class RunTests
{
    private static readonly string Archive = Places.Golden("three-disks.vma");

    [Theory]
    [InlineData("true", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("kill -9 $$", 137)]
    [InlineData("no-such-command 2>&1", 127)]
    public void The_exit_code_is_that_of_the_command(string command, int exitCode)
    {
        using var scratch = new Scratch();
        VmaResult result = VmaCall.Shell("TMPDIR=\"$1\" exec \"$VMA\" serve \"$2\" --run \"$3\"", scratch.Path, Archive, command).Run();
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Empty(result.Error);
        Assert.Empty(scratch.Entries);
    }

    [Fact]
    public void The_command_finds_every_disk()
    {
        using var scratch = new Scratch();
        const string Command = "for u in \"$uri1\" \"$uri2\" \"$uri3\"; do nbdinfo --size \"$u\"; done; " +
            "test \"$uri\" = \"$uri1\" && test -S \"$unixsocket\" && test -z \"$port\" && echo \"$unixsocket\"";
        VmaResult result = VmaCall.Run("serve", Archive, "--socket", scratch["s"], "--run", Command).Succeeded();
        Assert.Equal([.. GoldenSet.Find("three-disks.vma").Devices.Select(device => device.Size.ToString(CultureInfo.InvariantCulture)), scratch["s"]],
            result.OutputLines);
    }

    [Fact]
    public void The_command_finds_the_port() =>
        Assert.Equal("nbd", VmaCall.Run("serve", Archive, "--listen", "0", "--run",
            "nbdinfo --size \"nbd://localhost:$port/drive-scsi0\" && test -z \"$unixsocket\" && echo ${uri%%:*}").Succeeded().OutputLines[^1]);

    [Fact]
    public void The_command_reads_standard_input()
    {
        VmaResult result = new VmaCall("serve", Archive, "--run", "cat") { Input = [.. "hello\n"u8] }.Run().Succeeded();
        Assert.Equal("hello\n", result.Output);
    }

    [Fact]
    public void A_signal_ends_the_command_and_leaves_nothing()
    {
        using var scratch = new Scratch();
        using VmaProcess process = VmaCall.Shell("TMPDIR=\"$1\" exec \"$VMA\" serve \"$2\" --run 'echo $$; exec sleep 600'", scratch.Path, Archive).Start();
        int command = int.Parse(process.WaitForOutput(string.Empty), CultureInfo.InvariantCulture);
        process.Signal(Native.Terminate);
        VmaResult result = process.Finish();
        Assert.Equal(143, result.ExitCode);
        Assert.Empty(result.Error);
        Assert.False(Native.IsAlive(command));
        Assert.Empty(scratch.Entries);
    }

    [Fact]
    public void A_command_that_does_not_heed_the_signal_is_killed_with_what_it_started()
    {
        using VmaProcess process = new VmaCall("serve", Archive, "--run", "trap '' TERM; sleep 600 & echo $$ $!; wait; sleep 600").Start();
        int[] commands = [.. process.WaitForOutput(string.Empty).Split(' ').Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
        process.Signal(Native.Terminate);
        Assert.Equal(137, process.Finish().ExitCode);
        Assert.All(commands, command => Assert.False(IsRunning(command)));
    }

    [Fact]
    public void Run_and_json_do_not_go_together() => Told.Usage(VmaCall.Run("serve", Archive, "--json", "--run", "true"), "--json");

    /// <summary>A process that was killed may still have an entry, when no parent asks for its end.</summary>
    private static bool IsRunning(int process)
    {
        try
        {
            return !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
