// SPDX-License-Identifier: MIT

using System.Text.Json;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Interruption;

/// <summary>A command can be ended while it waits for the reader of its output.</summary>
public sealed class StuckReaderTests
{
    private const int PipeCapacity = 65536;

    [Theory]
    [InlineData("create \"$2\" -d format=raw:a=\"$3\" -v", "2>&3")]
    [InlineData("serve \"$4\" -s \"$2\"", ">&3")]
    [InlineData("serve \"$4\" -s \"$2\" --json", ">&3")]
    public void One_signal_ends_a_command_whose_reader_is_stuck_and_it_leaves_nothing(string call, string stuck)
    {
        using var scratch = new Scratch();
        Images.Sparse(scratch["disk.raw"], 1L << 40);
        using VmaProcess process = StartAndLet(scratch, call, stuck);
        process.Signal(Native.Terminate);
        Assert.Equal(130, process.Finish().ExitCode);
        Assert.Equal(["disk.raw", "stuck"], scratch.Entries);
    }

    [Fact]
    public void One_signal_ends_a_command_that_failed_and_cannot_say_so()
    {
        using var scratch = new Scratch();
        using VmaProcess process = StartAndLet(scratch, "list \"$2\"", "2>&3");
        process.Signal(Native.Terminate);
        Assert.Contains(process.Finish().ExitCode, (int[])[1, 130]); // 130 when it had not even failed
    }

    [Fact]
    public void A_signal_lets_a_repack_that_is_done_end_without_its_last_word()
    {
        using var scratch = new Scratch();
        using VmaProcess process = Start(scratch, "repack \"$4\" \"$2\"", "2>&3");
        Wait.Until(() => File.Exists(scratch["new"]));
        process.Signal(Native.Terminate);
        process.Finish().Succeeded();
        VmaCall.Run("verify", scratch["new"]).Succeeded();
    }

    [Fact]
    public void A_list_can_be_interrupted()
    {
        using var scratch = new Scratch();
        using VmaProcess process = StartAndLet(scratch, "list \"$4\"", ">&3");
        process.Signal(Native.Terminate);
        Assert.Equal("vma: interrupted", Told.OneLine(130, process.Finish()));
    }

    [Theory]
    [InlineData(Native.Interrupt)]
    [InlineData(Native.Terminate)]
    public void A_signal_after_the_archive_has_its_name_takes_nothing_back_and_is_no_failure(int signal)
    {
        using var scratch = new Scratch();
        using VmaProcess process = Start(scratch, "repack \"$4\" \"$2\" --json", ">&3");
        Wait.Until(() => File.Exists(scratch["new"]));
        process.Signal(signal);
        Thread.Sleep(50);
        Assert.False(process.HasExited);
        string report = File.ReadAllText(scratch["stuck"]).TrimStart('\0');
        Assert.Equal(string.Empty, process.Finish().Succeeded().Error);
        Assert.Equal(scratch["new"], JsonDocument.Parse(report).RootElement.GetProperty("archive").GetString());
        VmaCall.Run("verify", scratch["new"]).Succeeded();
    }

    [Fact]
    public void A_signal_after_the_disks_have_their_names_takes_nothing_back_and_is_no_failure()
    {
        using var scratch = new Scratch();
        using VmaProcess process = Start(scratch, "extract \"$4\" \"$2\" --json", ">&3");
        Wait.Until(() => Directory.Exists(scratch["new"]) && Scratch.Names(scratch["new"]).Any(name => name.StartsWith("disk-", StringComparison.Ordinal)));
        process.Signal(Native.Interrupt);
        File.ReadAllText(scratch["stuck"]);
        Assert.Equal(string.Empty, process.Finish().Succeeded().Error);
    }

    [Fact]
    public void A_second_signal_ends_a_command_whose_report_is_not_read()
    {
        using var scratch = new Scratch();
        using VmaProcess process = Start(scratch, "repack \"$4\" \"$2\" --json", ">&3");
        Wait.Until(() => File.Exists(scratch["new"]));
        process.Signal(Native.Terminate);
        Wait.Until(() => !Native.IsPending(process.Id, Native.Terminate)); // two that come at once are one
        process.Signal(Native.Terminate);
        Assert.Equal("vma: interrupted", Told.OneLine(130, process.Finish()));
        VmaCall.Run("verify", scratch["new"]).Succeeded();
    }

    /// <summary>As <see cref="Start"/>, and gives the command the time to get stuck; a signal ends it before that as well.</summary>
    private static VmaProcess StartAndLet(Scratch scratch, string call, string stuck)
    {
        VmaProcess process = Start(scratch, call, stuck);
        Wait.Until(() => Native.Catches(process.Id, Native.Terminate));
        Thread.Sleep(300);
        return process;
    }

    /// <summary>Starts a call of which one stream is a FIFO that is full already.</summary>
    private static VmaProcess Start(Scratch scratch, string call, string stuck)
    {
        string[] arguments = [scratch.Fifo("stuck"), scratch["new"], scratch["disk.raw"], Places.Golden("size-5k.vma")];
        return VmaCall.Shell($"exec 3<>\"$1\"; head -c {PipeCapacity} /dev/zero >&3; exec \"$VMA\" {call} {stuck}", arguments).Start();
    }
}
