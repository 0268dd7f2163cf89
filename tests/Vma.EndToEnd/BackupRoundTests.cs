// SPDX-License-Identifier: MIT

using Vma.EndToEnd.Support;
using Vma.Live.Backup;

namespace Vma.EndToEnd;

/// <summary>A guest that writes all the time is backed up again and again; each backup must be its disks at one instant.</summary>
public sealed class BackupRoundTests(ITestOutputHelper output)
{
    private const int Rounds = 10;

    [Theory]
    [InlineData(BackupMethod.Pull, false)]
    [InlineData(BackupMethod.PushFleece, true)]
    [InlineData(BackupMethod.PushDirect, false)]
    public void Each_backup_is_exactly_one_instant(BackupMethod method, bool ioThreads)
    {
        using Guest guest = new Guest(new GuestOptions { IoThreads = ioThreads }).Boot();
        for (int round = 0; round < Rounds; round++)
        {
            string archive = guest.At($"{round}.vma");
            BackupPlan plan = Backups.Make(guest, archive, new BackupRequest { Method = method == BackupMethod.PushDirect ? method : null });
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
