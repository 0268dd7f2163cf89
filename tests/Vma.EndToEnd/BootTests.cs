// SPDX-License-Identifier: MIT

using System.Security.Cryptography;
using Vma.EndToEnd.Support;

namespace Vma.EndToEnd;

/// <summary>A guest that runs from an archive.</summary>
public sealed class BootTests(ITestOutputHelper output)
{
    [Fact]
    public void A_guest_boots_from_an_archive_streams_in_and_survives_the_servers_end()
    {
        using var place = new BootPlace();
        string archive = place.MakeArchive();
        byte[] before = SHA256.HashData(File.ReadAllBytes(archive));
        using BootedGuest guest = place.Boot(archive, "--stream", place["out"]);
        guest.WaitUntil(() => guest.LastRecord > 0, "write to its disks");

        guest.Command("busybox dd if=/dev/vdb bs=1M skip=64 2>/dev/null | busybox md5sum");
        guest.WaitUntil(() => guest.Serial.Contains(place.TailHash, StringComparison.Ordinal), "read what is only in the archive");
        guest.WaitUntil(() => guest.Errors.Contains("independent of the archive", StringComparison.Ordinal), "stream in");
        Assert.Empty(Directory.GetFiles(place.Path, "nbd.sock", SearchOption.AllDirectories));
        File.Move(archive, archive + ".gone");
        guest.WaitForProgress();
        Assert.DoesNotContain("rror", guest.Serial, StringComparison.Ordinal);
        Assert.Equal(before, SHA256.HashData(File.ReadAllBytes(archive + ".gone")));

        guest.Command("poweroff -f");
        Assert.Equal(0, guest.WaitForExit());
        Assert.Equal(["archive.uuid", "disk-drive-virtio0.qcow2", "disk-drive-virtio1.qcow2"], Directory.GetFiles(place["out"]).Select(Path.GetFileName)
            .Order());
        (string a, string b) = (place.ToRaw("drive-virtio0"), place.ToRaw("drive-virtio1"));
        Assert.All([a, b], disk => Assert.Equal(place.TailHash, BootPlace.CutTail(disk)));
        output.WriteLine($"record {Records.StateOf(a, b)}");
        Assert.Empty(Directory.GetDirectories(place.Path, "vma-*"));
    }

    [Fact]
    public void A_killed_command_leaves_no_guest_and_no_file()
    {
        using var place = new BootPlace();
        using BootedGuest guest = place.Boot(place.MakeArchive());
        guest.WaitUntil(() => guest.LastRecord > 0, "write to its disks");
        Assert.NotEmpty(place.Processes());
        Assert.Single(Directory.GetDirectories(place.Path, "vma-*"));
        guest.Kill();
        Assert.True(SpinWait.SpinUntil(() =>
            place.Processes().Count == 0 && Directory.GetDirectories(place.Path, "vma-*").Length == 0, TimeSpan.FromSeconds(30)), "something is left");
    }

    [Fact]
    public void A_second_signal_ends_a_guest_that_does_not_listen_and_the_overlays_stay_for_another_run()
    {
        using var place = new BootPlace();
        string archive = place.MakeArchive(), kept = place["kept"];
        long first;
        using (BootedGuest guest = place.Boot(archive, "--keep", kept))
        {
            guest.WaitUntil(() => guest.LastRecord > 0, "write to its disks");
            guest.Signal("INT");
            guest.WaitUntil(() => guest.Errors.Contains("once more", StringComparison.Ordinal), "be asked");
            first = guest.LastRecord;
            guest.Signal("INT");
            Assert.Equal(0, guest.WaitForExit());
        }

        Assert.Empty(place.Processes());
        using BootedGuest again = place.Boot(archive, "--stream", kept);
        again.WaitUntil(() => again.Errors.Contains("independent of the archive", StringComparison.Ordinal), "stream in");
        again.Signal("TERM");
        again.WaitUntil(() => again.Errors.Contains("once more", StringComparison.Ordinal), "be asked");
        again.Signal("TERM");
        Assert.Equal(0, again.WaitForExit());
        string a = place.ToRaw("drive-virtio0");
        Assert.Equal(place.TailHash, BootPlace.CutTail(a));
        Assert.True(Records.Count(a) >= Math.Min(first, 500), "what the first run wrote is there");
    }

    [Fact]
    public void A_guest_goes_on_from_the_ram_in_the_archive()
    {
        using var place = new BootPlace();
        string archive = place["x.vma.zst"];
        using (Guest source = new Guest().Boot())
        {
            (int code, _, string errors) = Command.Run("backup", source.MonitorPath, archive, "--ram", "--scratch", source.Directory);
            Assert.True(code == 0, errors);
        }

        using BootedGuest guest = place.Start(archive, ["--bare", "--resume"],
        [
            "-M", "q35", "-m", "128", "-display", "none", "-nodefaults", "-no-reboot", "-name", "lab",
            "-device", "virtio-blk-pci,drive=drive-virtio0,id=virtio0", "-device", "virtio-blk-pci,drive=drive-virtio1,id=virtio1,serial=second",
            "-drive", "if=none,id=cd,media=cdrom,readonly=on", "-device", "ide-cd,drive=cd",
        ]);
        guest.WaitForProgress();
        Assert.DoesNotContain("GUEST UP", guest.Serial, StringComparison.Ordinal);
        Assert.DoesNotContain("rror", guest.Serial, StringComparison.Ordinal);
        guest.Command("poweroff -f");
        Assert.Equal(0, guest.WaitForExit());
    }

    [Fact]
    public void A_guest_that_was_started_here_goes_on_from_its_ram_by_its_config_alone()
    {
        using var place = new BootPlace();
        string archive = place["ram.vma.zst"];
        using (BootedGuest source = place.Start(place.MakeArchive(), [], ["-no-reboot", "-qmp", $"unix:{place["q"]},server=on,wait=off"]))
        {
            source.WaitUntil(() => source.LastRecord > 0, "write to its disks");
            (int code, _, string errors) = Command.Run("backup", place["q"], archive, "--ram", "--scratch", place.Path);
            Assert.True(code == 0, errors);
        }

        Dictionary<string, string> then = Backups.Extract(archive);
        Assert.All([then["drive-virtio0"], then["drive-virtio1"]], disk => BootPlace.CutTail(disk));
        long record = Records.StateOf(then["drive-virtio0"], then["drive-virtio1"]);

        // The disks come out whole and independent, while the guest goes on: restored, and resumed.
        using BootedGuest guest = place.Boot(archive, "--resume", "--stream", place["out"]);
        guest.WaitForProgress();
        guest.WaitUntil(() => guest.Errors.Contains("independent of the archive", StringComparison.Ordinal), "stream in");
        guest.WaitForProgress();
        Assert.DoesNotContain("GUEST UP", guest.Serial, StringComparison.Ordinal);
        Assert.DoesNotContain("rror", guest.Serial, StringComparison.Ordinal);
        guest.Command("poweroff -f");
        Assert.Equal(0, guest.WaitForExit());
        (string a, string b) = (place.ToRaw("drive-virtio0"), place.ToRaw("drive-virtio1"));
        Assert.All([a, b], disk => Assert.Equal(place.TailHash, BootPlace.CutTail(disk)));
        long later = Records.StateOf(a, b);
        output.WriteLine($"record {record} at the instant, {later} later");
        Assert.True(later > record);
        Assert.InRange(guest.FirstRecord, record + 1, record + 500);
    }
}
