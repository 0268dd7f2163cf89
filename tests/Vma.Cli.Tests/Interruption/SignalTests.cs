// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Interruption;

/// <summary>Interrupted, a command takes back what it made and ends with 130; killed, it leaves nothing under a final name.</summary>
public sealed class SignalTests
{
    private const long Endless = 8L << 40; // a disk of holes that takes minutes

    private static readonly byte[] Archive = File.ReadAllBytes(Places.Golden("multi-extent.vma"));

    [Theory]
    [InlineData(Native.Interrupt)]
    [InlineData(Native.Terminate)]
    public void An_interrupted_create_removes_its_file(int signal)
    {
        using Scratch scratch = WithEndlessDisk();
        using VmaProcess process = StartCreate(scratch, scratch["a.vma"]);
        Wait.Until(() => scratch.Entries.Length > 1 && new FileInfo(scratch[scratch.Entries[0]]).Length > 1 << 20);
        process.Signal(signal);
        Assert.Equal("vma: interrupted", Told.OneLine(130, process.Finish()));
        Assert.Equal(["disk.raw"], scratch.Entries);
    }

    [Fact]
    public void A_killed_create_leaves_nothing_under_the_final_name()
    {
        using Scratch scratch = WithEndlessDisk();
        using VmaProcess process = StartCreate(scratch, scratch["a.vma"]);
        Wait.Until(() => scratch.Entries.Length > 1);
        process.Signal(Native.Kill);
        process.Finish();
        Assert.DoesNotContain("a.vma", scratch.Entries);
        VmaCall.Run("create", scratch["a.vma"], "-c", scratch.File("a.conf", 1)).Succeeded();
    }

    [Fact]
    public void An_interrupted_create_kills_the_command_that_takes_the_archive()
    {
        using Scratch scratch = WithEndlessDisk();
        using VmaProcess process = StartCreate(scratch,
            $"exec:echo $$ > '{scratch["pid.new"]}'; mv '{scratch["pid.new"]}' '{scratch["pid"]}'; cat > /dev/null; echo whole > '{scratch["finished"]}'");
        Wait.Until(() => File.Exists(scratch["pid"]));
        int command = int.Parse(File.ReadAllText(scratch["pid"]), System.Globalization.CultureInfo.InvariantCulture);
        process.Signal(Native.Terminate);
        Assert.Equal("vma: interrupted", Told.OneLine(130, process.Finish()));
        Wait.Until(() => !Native.IsAlive(command));
        Assert.False(File.Exists(scratch["finished"]));
    }

    [Theory]
    [InlineData(Native.Interrupt)]
    [InlineData(Native.Terminate)]
    public void An_interrupted_extract_leaves_nothing(int signal)
    {
        using var scratch = new Scratch();
        using var ended = new ManualResetEventSlim();
        using VmaProcess process = new VmaCall("extract", "-v", "-", scratch["out"]) { Feed = HalfUntil(ended) }.Start();
        process.WaitForOutput("progress 38%");
        process.Signal(signal);
        Wait.Until(() => process.HasExited);
        ended.Set();
        Assert.Equal("vma: interrupted", Told.LastWord(130, process.Finish()));
        Assert.Empty(scratch.Entries);
    }

    [Theory]
    [InlineData(Native.Interrupt)]
    [InlineData(Native.Kill)]
    public void An_interrupted_extract_into_a_map_keeps_the_target_but_no_disk_of_its_own(int signal)
    {
        using var scratch = new Scratch();
        using var ended = new ManualResetEventSlim();
        scratch.File("t.raw", new byte[9830400]);
        string map = scratch.File("map", System.Text.Encoding.UTF8.GetBytes($"0:drive-scsi0={scratch["t.raw"]}\n"));
        using VmaProcess process = new VmaCall("extract", "-v", "-r", map, "-", scratch["out"]) { Feed = HalfUntil(ended) }.Start();
        process.WaitForOutput("progress 38%");
        process.Signal(signal);
        Wait.Until(() => process.HasExited);
        ended.Set();
        VmaResult result = process.Finish();
        Assert.Equal(signal == Native.Interrupt ? ["map", "t.raw"] : ["map", "out", "t.raw"], scratch.Entries);
        Assert.Equal(signal == Native.Interrupt ? 130 : 137, result.ExitCode);
    }

    [Fact]
    public void An_extract_that_waits_for_its_map_can_be_interrupted()
    {
        using var scratch = new Scratch();
        string map = scratch.Fifo("map");
        using VmaProcess process = VmaCall.Shell("exec \"$VMA\" extract -r \"$1\" \"$2\" \"$3\"", map, Places.Golden("size-5k.vma"), scratch["out"]).Start();
        process.WaitForOutput("CTIME:");
        process.Signal(Native.Interrupt);
        Assert.Equal("vma: interrupted", Told.LastWord(130, process.Finish()));
        Assert.Equal(["map"], scratch.Entries);
    }

    [Theory]
    [InlineData(Native.Interrupt)]
    [InlineData(Native.Terminate)]
    public void An_interrupted_verify_says_that_it_was_interrupted(int signal)
    {
        using var ended = new ManualResetEventSlim();
        using VmaProcess process = new VmaCall("verify", "-v", "-") { Feed = HalfUntil(ended) }.Start();
        process.WaitForOutput("progress 38%");
        process.Signal(signal);
        Wait.Until(() => process.HasExited);
        ended.Set();
        Assert.Equal("vma: interrupted", Told.LastWord(130, process.Finish()));
    }

    private static Scratch WithEndlessDisk()
    {
        var scratch = new Scratch();
        Images.Sparse(scratch["disk.raw"], Endless);
        return scratch;
    }

    private static VmaProcess StartCreate(Scratch scratch, string archive) =>
        new VmaCall("create", archive, "-d", $"format=raw:a={scratch["disk.raw"]}").Start();

    /// <summary>Gives the archive without its end, which does not come before the process has ended.</summary>
    private static Action<Stream> HalfUntil(ManualResetEventSlim ended) => input =>
    {
        input.Write(Archive.AsSpan(0, Archive.Length - 1000));
        ended.Wait(TimeSpan.FromSeconds(60));
    };
}
