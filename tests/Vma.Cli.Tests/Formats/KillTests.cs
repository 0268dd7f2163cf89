// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Formats;

/// <summary>
/// Killed at any moment, a command leaves no process, no socket, and nothing half-written under a final name. Interrupted, it
/// leaves nothing at all, unless it ends in 0.
/// </summary>
public sealed class KillTests
{
    private const int Rounds = 15;
    private const int LatestMilliseconds = 120;

    [Theory]
    [InlineData(Native.Kill)]
    [InlineData(Native.Interrupt)]
    public void A_killed_extract_leaves_nothing_that_looks_whole(int signal)
    {
        using var machine = new Machine(24);
        AtRandomMoments(round => Start(machine, $"extract a.vma out{round} --format qcow2"), machine, signal, round =>
        {
            string directory = machine[$"out{round}"];
            if (signal == Native.Interrupt)
            {
                Assert.False(Directory.Exists(directory));
                return;
            }

            string[] disks = [.. Machine.Disks.Where(disk => File.Exists($"{directory}/disk-{disk}.qcow2"))];
            if (disks.Length > 0)
            {
                machine.AssertSame(directory, "qcow2", ".qcow2", disks);
            }
            else
            {
                machine.Run("extract", "a.vma", $"out{round}", "--format", "vmdk").Succeeded();
            }
        });
    }

    [Theory]
    [InlineData(Native.Kill)]
    [InlineData(Native.Interrupt)]
    public void A_killed_create_leaves_no_archive(int signal)
    {
        using var machine = new Machine(24);
        machine.Shell("for disk in drive-scsi0 drive-scsi1 b; do qemu-img convert -O qcow2 $disk.raw $disk.qcow2; done");
        AtRandomMoments(
            round => Start(machine, $"create new{round}.vma -d drive-scsi0.qcow2 -d drive-scsi1.qcow2 -d b.qcow2"),
            machine,
            signal,
            round =>
            {
                bool exists = File.Exists(machine[$"new{round}.vma"]);
                Assert.False(exists && signal == Native.Interrupt);
                if (exists)
                {
                    machine.Run("verify", $"new{round}.vma").Succeeded();
                }
            });
    }

    private static VmaProcess Start(Machine machine, string arguments) => new VmaCallInShell($"exec \"$VMA\" {arguments}", machine.Scratch.Path).Start();

    private static void AtRandomMoments(Func<int, VmaProcess> start, Machine machine, int signal, Action<int> check)
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
        {
            using VmaProcess process = start(round);
            int moment = random.Next(LatestMilliseconds);
            Thread.Sleep(moment);
            if (!process.HasExited)
            {
                process.Signal(signal);
            }

            VmaResult result = process.Finish();
            try
            {
                machine.AssertGone();
                if (result.ExitCode != 0)
                {
                    check(round);
                }
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"seed {seed}, round {round}, after {moment} ms: {failure.Message}", failure);
            }
        }
    }
}
