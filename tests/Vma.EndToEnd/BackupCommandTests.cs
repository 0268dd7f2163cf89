// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Vma.EndToEnd.Support;
using Vma.Qemu.Qmp;

namespace Vma.EndToEnd;

/// <summary>The command at a running guest, and what can happen to it.</summary>
public sealed class BackupCommandTests(ITestOutputHelper output)
{
    private const string Slow = "--limit=8M";

    [Fact]
    public void Plan_backup_verify_and_config_fit_together()
    {
        using Guest guest = new Guest().Boot();
        (int code, string plan, string errors) = Command.Run("backup", guest.MonitorPath, "--plan");
        Assert.Equal((0, string.Empty), (code, errors));
        Assert.Contains("method: pull", plan, StringComparison.Ordinal);
        Assert.Contains($"disk: drive-virtio0 size: {Guest.DiskSize} node: disk-a", plan, StringComparison.Ordinal);
        Assert.Empty(Backups.LeftIn(guest));

        string archive = guest.At("x.vma.zst");
        (code, string events, errors) = Command.Run("backup", guest.MonitorPath, archive, "--json", "--scratch", guest.Directory + ":1G");
        Assert.Equal((0, string.Empty), (code, errors));
        string[] kinds = [.. events.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement.GetProperty("event").GetString()!)];
        Assert.Equal(("plan", "done"), (kinds[0], kinds[^1]));
        Assert.Contains("progress", kinds);
        Assert.Equal(0, Command.Run("verify", archive).Code);

        string config = Command.Run("config", archive).Output;
        Assert.All(config.TrimEnd('\n').Split('\n'), line =>
            Assert.Matches(@"^(#qmdump#map:virtio[01]:drive-virtio[01]::raw:|[a-z][a-z_-]*[0-9]*: .*\S)$", line));
        Assert.Contains("\nvirtio1: local:vm-disk-virtio1,serial=second,size=65536K\n", config, StringComparison.Ordinal);
        Assert.Contains("machine: pc-q35-", config, StringComparison.Ordinal);
        Assert.Contains("\nmemory: 128\n", config, StringComparison.Ordinal);

        Dictionary<string, string> disks = Backups.Extract(archive);
        output.WriteLine($"record {Records.StateOf(disks["drive-virtio0"], disks["drive-virtio1"])}");
        Assert.Empty(Backups.LeftIn(guest));
    }

    [Fact]
    public void A_disk_of_another_process_is_left_out_only_when_asked_and_a_command_gets_what_compress_says()
    {
        using var server = new DiskOfAnotherProcess();
        using Guest guest = new Guest(new GuestOptions { Extra = server.Arguments }).Boot();
        foreach (string target in new[] { "--plan", guest.At("none.vma") })
        {
            (int refused, string output, string error) = Command.Run("backup", guest.MonitorPath, target);
            Assert.Equal((1, string.Empty), (refused, output));
            Assert.Contains("'other' (vhost-user-blk-pci): QEMU has no block node for it; to go on without: --exclude other\n", error,
                StringComparison.Ordinal);
        }

        Assert.False(File.Exists(guest.At("none.vma")));
        string plan = Command.Run("backup", guest.MonitorPath, "--plan", "--exclude", "other").Output;
        Assert.Contains("left out: other: excluded; vhost-user-blk-pci: QEMU has no block node for it\n", plan, StringComparison.Ordinal);

        (int code, _, string errors) = Command.Run("backup", guest.MonitorPath, $"exec:zstd -q -o {guest.At("x.vma.zst")}", "--exclude", "other", "--scratch",
            guest.Directory);
        Assert.True(code == 0, errors);
        Assert.Equal(0, Command.Run("verify", guest.At("x.vma.zst")).Code);
        Tool.Call("zstd", "-q", "-d", guest.At("x.vma.zst"));
        Assert.Equal("VMA\0"u8, File.ReadAllBytes(guest.At("x.vma")).AsSpan(0, 4));
        Assert.Empty(Backups.LeftIn(guest));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_killed_run_does_no_harm_and_is_cleaned_up_after(bool ioThreads)
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using Guest guest = new Guest(new GuestOptions { IoThreads = ioThreads }).Boot();
        for (int round = 0; round < 10; round++)
        {
            string archive = guest.At($"{round}.vma");
            using Process process = Command.Start("backup", guest.MonitorPath, archive, Slow, "--scratch", guest.Directory);
            Thread.Sleep(random.Next(600)); // the random moment
            process.Kill();
            process.WaitForExit();
            long killed = Stopwatch.GetTimestamp();
            guest.WaitUntil(() => guest.Status == "running", "go on");
            output.WriteLine($"running {Stopwatch.GetElapsedTime(killed).TotalMilliseconds:0} ms after the end of the run");
            Assert.False(File.Exists(archive));
        }

        string last = guest.At("last.vma");
        (int code, _, string errors) = Command.Run("backup", guest.MonitorPath, last, "--scratch", guest.Directory);
        Assert.True(code == 0, errors);
        Dictionary<string, string> disks = Backups.Extract(last);
        Records.StateOf(disks["drive-virtio0"], disks["drive-virtio1"]);
        Assert.Empty(Backups.LeftIn(guest));
        guest.WaitForProgress();
        Assert.False(guest.SawError, guest.Serial);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_interrupted_run_leaves_the_guest_as_it_was(bool ioThreads)
    {
        using Guest guest = new Guest(new GuestOptions { IoThreads = ioThreads }).Boot();
        string archive = guest.At("x.vma");
        using Process process = Command.Start("backup", guest.MonitorPath, archive, "--limit=1M", "--scratch", guest.Directory);
        guest.WaitUntil(() => guest.Test.Execute("query-jobs").GetArrayLength() > 0, "get a job");
        Tool.Call("kill", "-INT", process.Id.ToString(CultureInfo.InvariantCulture));
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal((130, "vma: interrupted\n"), (process.ExitCode, errors));
        Assert.Empty(Backups.LeftIn(guest));
        Assert.Empty(Directory.GetFiles(guest.Directory, "x.vma*"));
        guest.WaitForProgress();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Full_scratch_space_ends_the_backup_and_not_the_guest(bool ioThreads)
    {
        using Guest guest = new Guest(new GuestOptions { IoThreads = ioThreads }).Boot();
        (int code, _, string errors) = Command.Run("backup", guest.MonitorPath, guest.At("x.vma"), "--limit=256K", "--scratch", guest.Directory + ":2M");
        Assert.Equal(1, code);
        Assert.Matches("^vma: the scratch space [^\n]*\n$", errors);
        Assert.Empty(Directory.GetFiles(guest.Directory, "x.vma*"));
        Assert.Equal("running", guest.Status);
        Assert.Empty(Backups.LeftIn(guest));
        guest.WaitForProgress();
        Assert.False(guest.SawError, guest.Serial);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_archive_without_room_ends_the_backup_and_not_the_guest(bool ioThreads)
    {
        using Guest guest = new Guest(new GuestOptions { IoThreads = ioThreads }).Boot();
        (int code, _, string errors) = Command.Run("backup", guest.MonitorPath, "/dev/full", "--scratch", guest.Directory);
        Assert.Equal((1, "vma: cannot write '/dev/full': no space left on device\n"), (code, errors));
        Assert.Equal("running", guest.Status);
        Assert.Empty(Backups.LeftIn(guest));
        guest.WaitForProgress();
    }

    [Fact]
    public void A_guest_that_switches_itself_off_is_backed_up_to_the_end()
    {
        using Guest guest = new Guest().Boot();
        string archive = guest.At("x.vma");
        using Process process = Command.Start("backup", guest.MonitorPath, archive, Slow, "--scratch", guest.Directory);
        guest.WaitUntil(() => guest.Test.Execute("query-jobs").GetArrayLength() > 0, "get a job");
        guest.Command("poweroff -f");
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal((0, string.Empty), (process.ExitCode, errors));
        Dictionary<string, string> disks = Backups.Extract(archive);
        Records.StateOf(disks["drive-virtio0"], disks["drive-virtio1"]);
        Assert.True(SpinWait.SpinUntil(() => !guest.IsAlive, TimeSpan.FromSeconds(30)), "QEMU ends with its guest");
    }

    [Fact]
    public void A_monitor_in_use_is_told()
    {
        using Guest guest = new Guest().Boot();
        using QmpClient other = guest.Connect();
        (int code, _, string errors) = Command.Run("backup", guest.MonitorPath, guest.At("x.vma"));
        Assert.Equal(1, code);
        Assert.Contains("in use by another client", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(guest.At("x.vma")));
    }

    [Fact]
    public void A_qemu_that_dies_is_told()
    {
        using Guest guest = new Guest().Boot();
        using Process process = Command.Start("backup", guest.MonitorPath, guest.At("x.vma"), "--limit=1M", "--scratch", guest.Directory);
        guest.WaitUntil(() => guest.Test.Execute("query-jobs").GetArrayLength() > 0, "get a job");
        guest.Kill();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("closed by the other end", errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(guest.Directory, "x.vma*"));
    }
}
