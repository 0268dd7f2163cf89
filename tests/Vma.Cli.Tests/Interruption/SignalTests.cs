// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Text.Json;
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
        WaitUntil(() => scratch.Entries.Length > 1 && new FileInfo(scratch[scratch.Entries[0]]).Length > 1 << 20);
        process.Signal(signal);
        Assert.Equal("vma: interrupted", Told.OneLine(130, process.Finish()));
        Assert.Equal(["disk.raw"], scratch.Entries);
    }

    [Fact]
    public void A_killed_create_leaves_nothing_under_the_final_name()
    {
        using Scratch scratch = WithEndlessDisk();
        using VmaProcess process = StartCreate(scratch, scratch["a.vma"]);
        WaitUntil(() => scratch.Entries.Length > 1);
        process.Signal(Native.Kill);
        process.Finish();
        Assert.DoesNotContain("a.vma", scratch.Entries);
        VmaCall.Run("create", scratch["a.vma"], "-c", scratch.File("a.conf", 1)).Succeeded();
    }

    [Fact]
    public void An_interrupted_create_kills_the_command_that_takes_the_archive()
    {
        using Scratch scratch = WithEndlessDisk();
        using VmaProcess process = StartCreate(scratch, $"exec:echo $$ > '{scratch["pid.new"]}'; mv '{scratch["pid.new"]}' '{scratch["pid"]}'; cat > /dev/null; echo whole > '{scratch["finished"]}'");
        WaitUntil(() => File.Exists(scratch["pid"]));
        int command = int.Parse(File.ReadAllText(scratch["pid"]), System.Globalization.CultureInfo.InvariantCulture);
        process.Signal(Native.Terminate);
        Assert.Equal("vma: interrupted", Told.OneLine(130, process.Finish()));
        WaitUntil(() => !Native.IsAlive(command));
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
        WaitUntil(() => process.HasExited);
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
        WaitUntil(() => process.HasExited);
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
    public void An_interrupted_verify_says_so(int signal)
    {
        using var ended = new ManualResetEventSlim();
        using VmaProcess process = new VmaCall("verify", "-v", "-") { Feed = HalfUntil(ended) }.Start();
        process.WaitForOutput("progress 38%");
        process.Signal(signal);
        WaitUntil(() => process.HasExited);
        ended.Set();
        Assert.Equal("vma: interrupted", Told.LastWord(130, process.Finish()));
    }

    [Theory]
    [InlineData(Native.Interrupt)]
    [InlineData(Native.Terminate)]
    public void A_signal_after_the_archive_has_its_name_takes_nothing_back_and_is_no_failure(int signal)
    {
        using var scratch = new Scratch();
        using VmaProcess process = StartWithoutReader(scratch, "create \"$2\" -c \"$3\" --json", scratch["a.vma"], scratch.File("a.conf", 1));
        WaitUntil(() => File.Exists(scratch["a.vma"]));
        process.Signal(signal);
        Thread.Sleep(50);
        Assert.False(process.HasExited);
        string report = File.ReadAllText(scratch["output"]).TrimStart('\0');
        Assert.Equal(string.Empty, process.Finish().Succeeded().Error);
        Assert.Equal(scratch["a.vma"], JsonDocument.Parse(report).RootElement.GetProperty("archive").GetString());
        VmaCall.Run("verify", scratch["a.vma"]).Succeeded();
    }

    [Fact]
    public void A_signal_after_the_disks_have_their_names_takes_nothing_back_and_is_no_failure()
    {
        using var scratch = new Scratch();
        using VmaProcess process = StartWithoutReader(scratch, "extract \"$2\" \"$3\" --json", Places.Golden("size-5k.vma"), scratch["out"]);
        WaitUntil(() => Directory.Exists(scratch["out"]) && Scratch.Names(scratch["out"]).Any(name => name.StartsWith("disk-", StringComparison.Ordinal)));
        process.Signal(Native.Interrupt);
        File.ReadAllText(scratch["output"]);
        Assert.Equal(string.Empty, process.Finish().Succeeded().Error);
    }

    [Fact]
    public void A_second_signal_ends_a_command_whose_report_nobody_reads()
    {
        using var scratch = new Scratch();
        using VmaProcess process = StartWithoutReader(scratch, "create \"$2\" -c \"$3\" --json", scratch["a.vma"], scratch.File("a.conf", 1));
        WaitUntil(() => File.Exists(scratch["a.vma"]));
        process.Signal(Native.Terminate);
        WaitUntil(() => !Native.IsPending(process.Id, Native.Terminate)); // two that come at once are one
        process.Signal(Native.Terminate);
        Assert.Equal("vma: interrupted", Told.OneLine(130, process.Finish()));
        VmaCall.Run("verify", scratch["a.vma"]).Succeeded();
    }

    [Fact]
    public void A_list_whose_output_nobody_reads_can_be_interrupted()
    {
        using var scratch = new Scratch();
        using VmaProcess process = StartWithoutReader(scratch, "list \"$2\"", Places.Golden("size-5k.vma"));
        WaitUntil(() => Native.Catches(process.Id, Native.Terminate));
        Thread.Sleep(200); // until it waits for its reader; earlier the signal ends it as well
        process.Signal(Native.Terminate);
        Assert.Equal("vma: interrupted", Told.OneLine(130, process.Finish()));
    }

    /// <summary>Starts a call whose standard output is a FIFO that is full already.</summary>
    private static VmaProcess StartWithoutReader(Scratch scratch, string call, params string[] arguments)
    {
        const int PipeCapacity = 65536;
        string output = scratch.Fifo("output");
        return VmaCall.Shell($"exec 3<>\"$1\"; head -c {PipeCapacity} /dev/zero >&3; exec \"$VMA\" {call} >&3", [output, .. arguments]).Start();
    }

    private static Scratch WithEndlessDisk()
    {
        var scratch = new Scratch();
        Images.Sparse(scratch["disk.raw"], Endless);
        return scratch;
    }

    private static VmaProcess StartCreate(Scratch scratch, string archive) => new VmaCall("create", archive, "-d", $"format=raw:a={scratch["disk.raw"]}").Start();

    /// <summary>Gives the archive without its end, which does not come before the process has ended.</summary>
    private static Action<Stream> HalfUntil(ManualResetEventSlim ended) => input =>
    {
        input.Write(Archive.AsSpan(0, Archive.Length - 1000));
        ended.Wait(TimeSpan.FromSeconds(60));
    };

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
