// SPDX-License-Identifier: MIT

using Vma.EndToEnd.Support;

namespace Vma.EndToEnd;

/// <summary>A guest with a file system and an agent.</summary>
public sealed class FreezeTests
{
    [Fact]
    public void A_frozen_file_system_needs_no_recovery_and_the_guest_goes_on()
    {
        using Guest guest = new Guest(new GuestOptions { Files = true }).Boot();
        string archive = guest.At("x.vma");
        (int code, _, string errors) = Command.Run("backup", guest.MonitorPath, archive, "--freeze", guest.AgentPath, "--scratch", guest.Directory);
        Assert.Equal((0, string.Empty), (code, errors));
        string disk = Assert.Single(Backups.Extract(archive)).Value;
        Assert.DoesNotContain("needs_recovery", Tool.Call("dumpe2fs", "-h", disk), StringComparison.Ordinal);
        Tool.Call("e2fsck", "-fn", disk);

        Assert.Empty(Backups.LeftIn(guest));
        int length = guest.Serial.Length;
        guest.WaitUntil(() => guest.Serial.Length > length, "write on");
    }

    [Fact]
    public void Without_an_agent_nothing_is_done()
    {
        using Guest guest = new Guest().Boot();
        (int code, _, string errors) = Command.Run("backup", guest.MonitorPath, guest.At("x.vma"), "--freeze", guest.At("none"), "--scratch", guest.Directory);
        Assert.Equal(1, code);
        Assert.Contains("cannot connect", errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(guest.Directory, "x.vma*"));
        Assert.Empty(Backups.LeftIn(guest));
    }
}
