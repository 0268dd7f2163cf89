// SPDX-License-Identifier: MIT

using Vma.EndToEnd.Support;
using Vma.Live.Backup;

namespace Vma.EndToEnd;

/// <summary>A guest that writes all the time is backed up again and again; each backup must be its disks at one instant.</summary>
public sealed class BackupRoundTests(ITestOutputHelper output)
{
    private const int Rounds = 10, DirectRounds = 3;
    private const long SlowRate = 48 << 20;

    [Theory]
    [InlineData(BackupMethod.Pull, false)]
    [InlineData(BackupMethod.PushFleece, true)]
    [InlineData(BackupMethod.PushDirect, false)]
    public void Each_backup_is_exactly_one_instant(BackupMethod method, bool ioThreads)
    {
        using Guest guest = new Guest(new GuestOptions { IoThreads = ioThreads }).Boot();
        for (int round = 0; round < (method == BackupMethod.PushDirect ? DirectRounds : Rounds); round++)
        {
            string archive = guest.At($"{round}.vma");
            // Every other one is slow, so that the guest overwrites much of what is still to be read.
            var options = new BackupOptions { ScratchDirectory = guest.Directory, BytesPerSecond = round % 2 == 0 ? null : SlowRate };
            BackupPlan plan = Backups.Make(guest, archive, new BackupRequest { Method = method == BackupMethod.PushDirect ? method : null }, options);
            Assert.Equal(method, plan.Method);
            Dictionary<string, string> disks = Backups.Extract(archive);
            output.WriteLine($"round {round}: record {Records.StateOf(disks["drive-virtio0"], disks["drive-virtio1"])}");
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
