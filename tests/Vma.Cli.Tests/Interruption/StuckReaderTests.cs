// SPDX-License-Identifier: MIT

using System.Diagnostics;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Interruption;

/// <summary>A command that waits for somebody to read what it says can be ended.</summary>
public sealed class StuckReaderTests
{
    private const int PipeCapacity = 65536;

    [Theory]
    [InlineData("create \"$2\" -d format=raw:a=\"$3\" -v", "2>&3")]
    [InlineData("serve \"$4\" -s \"$2\"", ">&3")]
    [InlineData("serve \"$4\" -s \"$2\" --json", ">&3")]
    public void One_signal_ends_it_and_it_leaves_nothing(string call, string stuck)
    {
        using var scratch = new Scratch();
        Images.Sparse(scratch["disk.raw"], 1L << 40);
        using VmaProcess process = Start(scratch, call, stuck);
        process.Signal(Native.Terminate);
        Assert.Equal(130, process.Finish().ExitCode);
        Assert.Equal(["disk.raw", "stuck"], scratch.Entries);
    }

    [Fact]
    public void One_signal_ends_a_command_that_failed_and_cannot_say_so()
    {
        using var scratch = new Scratch();
        using VmaProcess process = Start(scratch, "list \"$2\"", "2>&3");
        process.Signal(Native.Terminate);
        Assert.Contains(process.Finish().ExitCode, (int[])[1, 130]); // 130 when it had not even failed
    }

    [Fact]
    public void A_signal_lets_a_repack_that_is_done_end_without_its_last_word()
    {
        using var scratch = new Scratch();
        using VmaProcess process = Start(scratch, "repack \"$4\" \"$2\"", "2>&3");
        WaitUntil(() => File.Exists(scratch["new"]));
        process.Signal(Native.Terminate);
        process.Finish().Succeeded();
        VmaCall.Run("verify", scratch["new"]).Succeeded();
    }

    /// <summary>Starts a call of which one stream is a FIFO that is full already, and gives it the time to get stuck there; earlier the signal ends it as well.</summary>
    private static VmaProcess Start(Scratch scratch, string call, string stuck)
    {
        string[] arguments = [scratch.Fifo("stuck"), scratch["new"], scratch["disk.raw"], Places.Golden("size-5k.vma")];
        VmaProcess process = VmaCall.Shell($"exec 3<>\"$1\"; head -c {PipeCapacity} /dev/zero >&3; exec \"$VMA\" {call} {stuck}", arguments).Start();
        WaitUntil(() => Native.Catches(process.Id, Native.Terminate));
        Thread.Sleep(300);
        return process;
    }

    private static void WaitUntil(Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), "what was waited for did not come");
            Thread.Sleep(2);
        }
    }
}
