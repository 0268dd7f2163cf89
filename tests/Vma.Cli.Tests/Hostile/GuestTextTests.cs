// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Hostile;

/// <summary>A guest's config from a stranger, which QEMU or libvirt is to start.</summary>
public sealed class GuestTextTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_disk_that_is_there_in_two_ways_is_taken_once_and_told()
    {
        string archive = Archive("scsi0: a:b,size=1M\nscsi00: a:c,size=1M\nboot: order=scsi0\n");
        VmaResult result = VmaCall.Run("restore", archive, "--qemu", _scratch["out"]).Succeeded();
        Assert.Equal("vma: note: not taken over: scsi00: a:c,size=1M", Assert.Single(result.ErrorLines));
        Assert.Single(File.ReadAllText(_scratch["out/start.sh"]).Split("drive=drive-scsi0,id=scsi0")[1..]);
        VmaCall.Run("restore", archive, "--libvirt", _scratch["domain"]).Succeeded();
        VmaResult printed = VmaCall.Run("boot", archive, "--print").Succeeded();
        Assert.Contains("vma: not taken over: scsi00: a:c,size=1M", VmaCall.Run("boot", archive, "--qemu=/bin/true").ErrorLines);
        Assert.Contains("id=scsi0", printed.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("machine", "help")]
    [InlineData("machine", "help+pve0")]
    [InlineData("machine", "?")]
    [InlineData("cpu", "help")]
    [InlineData("cpu", "?")]
    [InlineData("name", "help")]
    [InlineData("vga", "help")]
    [InlineData("scsihw", "help")]
    [InlineData("net0", "help")]
    public void QEMU_never_prints_a_list_instead_of_a_guest(string key, string value)
    {
        Tool.Need("qemu-system-x86_64");
        using VmaProcess process = new VmaCall("boot", Archive($"{key}: {value}\nscsi0: a:b\n"), "--no-network", "--display=none", "--", "-accel", "tcg", "-S",
            "-serial", $"file:{_scratch["serial"]}").Start();
        Assert.True(SpinWait.SpinUntil(() => File.Exists(_scratch["serial"]) || process.HasExited, TimeSpan.FromSeconds(30)), "QEMU did not start");
        process.Signal(15);
        VmaResult result = process.Finish();
        Assert.Empty(result.Output);
        Assert.True(result.ExitCode == 0, result.Error);
        if (key is "machine" or "cpu" or "net0")
        {
            string line = Assert.Single(result.ErrorLines, one => one.Contains(key, StringComparison.Ordinal));
            Assert.Contains(value, line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_directory_that_XML_cannot_name_is_refused_before_anything_is_written()
    {
        string archive = Archive("scsi0: a:b,size=1M\n");
        Assert.Contains("has a character that XML cannot hold", Told.OneLine(1, VmaCall.Run("restore", archive, "--libvirt", _scratch["o\u0001t"])),
            StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scratch["o\u0001t"]));
        VmaCall.Run("restore", archive, "--qemu", _scratch["o\u0001t"]).Succeeded();
    }

    private string Archive(string config) => _scratch.File("a.vma", new ArchiveBuilder().Config("qemu-server.conf", config).Device(1, "drive-scsi0", 65536)
        .Extent(extent => extent.Slot(1, 0, 0xffff)).Build());
}
