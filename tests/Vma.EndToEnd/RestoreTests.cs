// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Xml.Linq;
using Vma.EndToEnd.Support;
using Vma.Qemu.Qmp;

namespace Vma.EndToEnd;

/// <summary>A backup of a running guest is restored as a guest that QEMU takes.</summary>
public sealed class RestoreTests
{
    [Fact]
    public void A_restored_guest_starts_with_its_disks_in_their_places()
    {
        using Guest guest = new Guest().Boot();
        string archive = guest.At("x.vma.zst");
        Assert.Equal(0, Command.Run("backup", guest.MonitorPath, archive, "--scratch", guest.Directory).Code);

        string directory = guest.At("restored");
        (int code, string output, string errors) = Command.Run("restore", archive, "--qemu", directory);
        Assert.Equal((0, string.Empty, string.Empty), (code, output, errors));
        string a = Path.Combine(directory, "disk-drive-virtio0.raw"), b = Path.Combine(directory, "disk-drive-virtio1.raw");
        Records.StateOf(a, b);

        using var process = Process.Start("sh",
            [Path.Combine(directory, "start.sh"), "-S", "-display", "none", "-accel", "tcg", "-qmp", $"unix:{guest.At("r")},server=on,wait=off"]);
        try
        {
            QmpClient? connected = null;
            Assert.True(SpinWait.SpinUntil(() => (connected = Guest.TryConnect(guest.At("r"))) is not null || process.HasExited, TimeSpan.FromSeconds(60)));
            using QmpClient monitor = connected ?? throw new InvalidOperationException("QEMU has ended");
            string[] files = [.. monitor.Execute("query-block").EnumerateArray().Where(drive => drive.TryGetProperty("inserted", out _))
                .Select(drive => drive.GetProperty("inserted").GetProperty("file").GetString()!)];
            Assert.Equal([a, b], files.Order(StringComparer.Ordinal));
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }

        Assert.Equal(0, Command.Run("restore", archive, "--libvirt", guest.At("libvirt")).Code);
        XElement domain = XElement.Load(Path.Combine(guest.At("libvirt"), "domain.xml"));
        Assert.Equal("lab", domain.Element("name")!.Value);
        Assert.Equal(["vda", "vdb"], domain.Descendants("disk").Select(disk => disk.Element("target")!.Attribute("dev")!.Value));
    }
}
