// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;
using Vma.EndToEnd.Support;

namespace Vma.EndToEnd;

/// <summary>Only what changed is read from the guest, and the archive is a full one all the same.</summary>
public sealed partial class IncrementalTests(ITestOutputHelper output)
{
    [Fact]
    public void A_chain_of_synthetic_full_archives_is_exact()
    {
        using Guest guest = new Guest().Boot();
        string old = guest.At("0.vma.zst");
        Backup(guest, old, "--track");
        for (int round = 1; round <= 3; round++)
        {
            string archive = guest.At($"{round}.vma.zst");
            string told = Backup(guest, archive, "--base", old);
            Match changed = Changed().Match(told);
            Assert.True(changed.Success, told);
            Assert.InRange(int.Parse(changed.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture), 1, 1023);
            Dictionary<string, string> disks = Backups.Extract(archive);
            output.WriteLine($"record {Records.StateOf(disks["drive-virtio0"], disks["drive-virtio1"])}: {told.Trim()}");
            old = archive;
        }

        // A run that fails costs nothing: the same base still serves.
        Assert.Equal(1, Command.Run("backup", guest.MonitorPath, "/dev/full", "--base", old, "--scratch", guest.Directory).Code);
        Assert.Matches(Changed(), Backup(guest, guest.At("after.vma"), "--base", old));

        // An archive from before is no base any more, and that is told.
        string full = Backup(guest, guest.At("full.vma"), "--base", guest.At("1.vma.zst"));
        Assert.Contains("drive-virtio0 is read in full: the VM has no whole record", full, StringComparison.Ordinal);
        Dictionary<string, string> last = Backups.Extract(guest.At("full.vma"));
        Records.StateOf(last["drive-virtio0"], last["drive-virtio1"]);
    }

    private static string Backup(Guest guest, string archive, params string[] options)
    {
        guest.WaitForProgress();
        (int code, _, string errors) = Command.Run(["backup", guest.MonitorPath, archive, "--scratch", guest.Directory, .. options]);
        Assert.True(code == 0, errors);
        return errors;
    }

    [GeneratedRegex(@"drive-virtio0: (\d+) of 1024 clusters changed")]
    private static partial Regex Changed();
}
