// SPDX-License-Identifier: MIT

using System.Diagnostics;
using Vma.EndToEnd.Support;
using Vma.Qemu.Backup;
using Vma.Qemu.Qmp;

namespace Vma.EndToEnd;

/// <summary>A running domain of libvirt, through virsh.</summary>
public sealed class LibvirtTests(ITestOutputHelper output)
{
    [Fact]
    public void A_running_domain_is_backed_up_at_one_instant_and_left_as_it_was()
    {
        using var guest = new LibvirtGuest();
        (int code, string plan, string errors) = guest.Run("backup", "--libvirt", LibvirtGuest.Domain, "--plan");
        Assert.Equal((0, string.Empty), (code, errors));
        Assert.Contains("vm: lab QEMU ", plan, StringComparison.Ordinal);
        Assert.Contains("method: pull", plan, StringComparison.Ordinal);

        foreach (string method in (string[])["pull", "push-fleece"])
        {
            string archive = guest.At($"{method}.vma.zst");
            (code, _, errors) = guest.Run("backup", "--libvirt", LibvirtGuest.Domain, archive, "--method", method, "--scratch", guest.Directory);
            Assert.Equal((0, string.Empty), (code, errors));
            Assert.Equal(0, Command.Run("verify", archive).Code);
            Dictionary<string, string> disks = Backups.Extract(archive);
            output.WriteLine($"{method}: record {Records.StateOf(disks["drive-virtio0"], disks["drive-virtio1"])}");
            AssertUntouched(guest);
        }

        guest.WaitForProgress();
        Assert.DoesNotContain("rror", guest.Serial, StringComparison.Ordinal);
    }

    [Fact]
    public void A_killed_run_is_cleaned_up_after_at_once_and_errors_are_one_line()
    {
        using var guest = new LibvirtGuest();
        using (VirshMonitor monitor = guest.Connect())
        using (Process process = guest.Start("backup", "--libvirt", LibvirtGuest.Domain, guest.At("x.vma"), "--limit=1M", "--scratch", guest.Directory))
        {
            guest.WaitUntil(() => monitor.Execute("query-jobs").GetArrayLength() > 0, "get a job");
            process.Kill();
            process.WaitForExit();
            guest.WaitUntil(() => monitor.Execute("query-jobs").GetArrayLength() == 0 && !HasFiles(monitor), "be cleaned up");
        }

        AssertUntouched(guest);
        Assert.False(File.Exists(guest.At("x.vma")));
        (int code, _, string errors) = guest.Run("backup", "--libvirt", "none", guest.At("x.vma"));
        Assert.Equal(1, code);
        Assert.Matches("^vma: virsh: failed to get domain 'none'[^\n]*\n$", errors);
        guest.WaitForProgress();
    }

    [Fact]
    public void File_systems_are_frozen_through_the_agent_that_libvirt_holds()
    {
        using var guest = new LibvirtGuest(files: true);
        guest.WaitUntil(() => guest.Virsh("qemu-agent-command", LibvirtGuest.Domain, """{"execute":"guest-ping"}""").Code == 0, "start its agent");
        string archive = guest.At("x.vma");
        (int code, _, string errors) = guest.Run("backup", "--libvirt", LibvirtGuest.Domain, archive, "--freeze", $"libvirt:{LibvirtGuest.Domain}", "--scratch",
            guest.Directory);
        Assert.Equal((0, string.Empty), (code, errors));
        string disk = Assert.Single(Backups.Extract(archive)).Value;
        Assert.DoesNotContain("needs_recovery", Tool.Call("dumpe2fs", "-h", disk), StringComparison.Ordinal);
        Tool.Call("e2fsck", "-fn", disk);
        AssertUntouched(guest);
        int length = guest.Serial.Length;
        guest.WaitUntil(() => guest.Serial.Length > length, "write on");
    }

    // libvirt has files of its own there.
    private static bool HasFiles(VirshMonitor monitor) => monitor.Execute("query-fdsets").GetRawText().Contains("\"vma-", StringComparison.Ordinal);

    private static void AssertUntouched(LibvirtGuest guest)
    {
        using VirshMonitor monitor = guest.Connect();
        Assert.Empty(BackupCleanup.Run(monitor));
        Assert.False(HasFiles(monitor), "files stay open in QEMU as long as libvirt's connection lasts");
        Assert.Equal("running\n", guest.Virsh("domstate", LibvirtGuest.Domain).Output.TrimStart());
    }
}
