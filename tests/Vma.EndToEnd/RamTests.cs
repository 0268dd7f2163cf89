// SPDX-License-Identifier: MIT

using Vma.EndToEnd.Support;
using Vma.Qemu.Backup;

namespace Vma.EndToEnd;

/// <summary>RAM and disks of one instant: the guest goes on where it was.</summary>
public sealed class RamTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(BackupMethod.Pull, false)]
    [InlineData(BackupMethod.PushFleece, true)]
    public void A_guest_that_is_restored_with_its_ram_goes_on_counting(BackupMethod method, bool ioThreads)
    {
        using Guest guest = new Guest(new GuestOptions { IoThreads = ioThreads }).Boot();
        string archive = guest.At("x.vma");
        BackupPlan plan = Backups.Make(guest, archive, new BackupRequest { Ram = true });
        Assert.Equal(method, plan.Method);
        guest.WaitForProgress();
        Assert.Empty(Backups.LeftIn(guest));
        Assert.Equal("running", guest.Status);
        guest.Kill();
        Assert.False(guest.SawError, guest.Serial);

        Dictionary<string, string> files = Backups.Extract(archive);
        long record = Records.StateOf(files["drive-virtio0"], files["drive-virtio1"]);
        using Guest again = new(new GuestOptions
        {
            IoThreads = ioThreads,
            Images = (files["drive-virtio0"], files["drive-virtio1"]),
            Incoming = $"exec:cat {files["vmstate"]}",
        });
        again.WaitUntil(() => again.Status != "inmigrate", "take the RAM");
        again.Test.Execute("cont");
        again.WaitForProgress();
        again.WaitForProgress();
        again.Kill();
        Assert.False(again.SawError, again.Serial);
        long later = Records.StateOf(files["drive-virtio0"], files["drive-virtio1"]);
        output.WriteLine($"record {record} at the instant, {later} later");
        Assert.InRange(again.LastRecord, record, later);
        Assert.True(later > record);
    }
}
