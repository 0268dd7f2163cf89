// SPDX-License-Identifier: MIT

using Vma.EndToEnd.Support;
using Vma.Qemu.Backup;

namespace Vma.EndToEnd;

/// <summary>A guest that writes all the time is backed up again and again; each backup must be its disks at one instant.</summary>
public sealed class BackupRoundTests(ITestOutputHelper output)
{
    private const int Rounds = 10, DirectRounds = 3;
    private const long SlowRate = 48 << 20;

    private static readonly string Trixie = Places.ArtifactPath("trixie", "qemu-system-x86_64");

    [Theory]
    [InlineData(BackupMethod.Pull, false)]
    [InlineData(BackupMethod.PushFleece, true)]
    public void Each_backup_is_exactly_one_instant(BackupMethod chosen, bool ioThreads) =>
        BackUp(new GuestOptions { IoThreads = ioThreads }, chosen, asked: null, Rounds);

    [Fact]
    public void Each_direct_push_is_exactly_one_instant() =>
        BackUp(new GuestOptions(), BackupMethod.PushDirect, BackupMethod.PushDirect, DirectRounds);

    /// <summary>This test is optional, since it needs a tree of that system.</summary>
    [Theory]
    [InlineData(BackupMethod.Pull, false, null)]
    [InlineData(BackupMethod.Pull, true, null)]
    [InlineData(BackupMethod.PushFleece, false, BackupMethod.PushFleece)]
    public void Each_backup_is_exactly_one_instant_on_Debian_13(BackupMethod chosen, bool ioThreads, BackupMethod? asked)
    {
        Assert.SkipUnless(File.Exists(Trixie), "needs Debian 13's QEMU in artifacts/trixie, which './build.sh trixie' makes");
        BackUp(new GuestOptions { IoThreads = ioThreads, Program = Trixie }, chosen, asked, Rounds);
    }

    private void BackUp(GuestOptions options, BackupMethod chosen, BackupMethod? asked, int rounds)
    {
        using Guest guest = new Guest(options).Boot();
        for (int round = 0; round < rounds; round++)
        {
            string archive = guest.At($"{round}.vma");
            // Every other one is slow, so that the guest overwrites much of what is still to be read.
            var how = new BackupOptions { ScratchDirectory = guest.Directory, BytesPerSecond = round % 2 == 0 ? null : SlowRate };
            BackupPlan plan = Backups.Make(guest, archive, new BackupRequest { Method = asked }, how);
            Assert.Equal(chosen, plan.Method);
            Dictionary<string, string> disks = Backups.Extract(archive);
            output.WriteLine($"QEMU {plan.Machine.Version} round {round}: record {Records.StateOf(disks["drive-virtio0"], disks["drive-virtio1"])}");
            Assert.Empty(Backups.LeftIn(guest));
            Assert.Equal("running", guest.Status);
            foreach (string file in disks.Values.Append(archive))
            {
                File.Delete(file);
            }
        }

        guest.WaitForProgress();
        Assert.False(guest.SawError, guest.Serial);
    }
}
