// SPDX-License-Identifier: MIT

using System.Text.Json.Nodes;
using Vma.Nbd;
using Vma.Qemu.Guests;
using Vma.Qemu.Images;

namespace Vma.Qemu.Tests.Guests;

/// <summary>What starts a guest on overlays.</summary>
public sealed class BootTests
{
    [Fact]
    public void Disks_are_placed_by_their_names_and_the_others_in_what_is_free()
    {
        var config = GuestConfig.ForDisks(["drive-virtio0", "root", "drive-ide1", "drive-ide1", "drive-scsi99", "drive-sata01"],
            out IReadOnlyList<GuestDisk?> places);
        Assert.Equal(["virtio0", "virtio1", "ide1", "virtio2", "virtio3", "virtio4"], places.Select(place => place?.Key));
        Assert.False(config.Uefi);
        Assert.Equal(config.Disks.Select(disk => disk.Key), config.BootOrder);
    }

    [Fact]
    public void A_disk_with_uefi_variables_makes_a_uefi_guest()
    {
        var config = GuestConfig.ForDisks(["drive-efidisk0", "drive-scsi0"], out _);
        Assert.Equal((true, "q35"), (config.Uefi, config.Machine));
        Assert.Equal(["scsi0"], config.BootOrder);
    }

    [Fact]
    public void More_disks_than_places_are_told()
    {
        GuestConfig.ForDisks([.. Enumerable.Range(0, 20).Select(i => $"d{i}")], out IReadOnlyList<GuestDisk?> places);
        Assert.Equal(4, places.Count(place => place is null));
    }

    [Theory]
    [InlineData("bios: seabios", null)]
    [InlineData("bios: ovmf", "/f/OVMF_CODE_4M.fd /f/OVMF_VARS_4M.fd 540672")]
    [InlineData("bios: ovmf\nefidisk0: a:b", "/f/OVMF_CODE.fd /f/OVMF_VARS.fd 131072")]
    [InlineData("bios: ovmf\nmachine: q35\nefidisk0: a:b,efitype=4m,pre-enrolled-keys=1", "/f/OVMF_CODE_4M.secboot.fd /f/OVMF_VARS_4M.ms.fd 540672")]
    public void Firmware_is_what_the_guest_was_installed_with(string config, string? expected)
    {
        var firmware = QemuFirmware.For(GuestConfig.Parse(config), "/f");
        Assert.Equal(expected, firmware is null ? null : $"{firmware.CodePath} {firmware.VariablesPath} {firmware.VariablesLength}");
    }

    [Fact]
    public void An_overlay_names_its_server_once_in_the_file_and_once_in_qemu()
    {
        var overlay = new QemuOverlay("/d/a:b.qcow2", 1000, NbdUri.ForSocket("/s,1", "drive-scsi0"));
        Assert.Equal(["file:/d/a:b.qcow2", "1024"], overlay.CreateArguments().TakeLast(2));
        JsonObject backing = overlay.BackingNode("archive-1")!;
        Assert.Equal(("nbd", "/s,1", "drive-scsi0"), ((string?)backing["driver"], (string?)backing["server"]!["path"], (string?)backing["export"]));
        Assert.Equal("archive-1", (string?)overlay.ToNode("archive-1")["backing"]);
        JsonObject whole = (overlay with { Backing = null }).ToNode("archive-1");
        Assert.True(whole.ContainsKey("backing") && whole["backing"] is null);
    }

    [Fact]
    public async Task Qemu_ends_with_its_object_and_so_does_the_directory()
    {
        string directory;
        Task<int> exited;
        using (var instance = new QemuInstance())
        {
            directory = instance.Directory;
            Assert.True(Directory.Exists(directory));
            instance.Start("sleep", ["600"]);
            exited = instance.Exited;
            Assert.False(exited.IsCompleted);
        }

        Assert.Equal(128 + 15, await exited);
        Assert.False(Directory.Exists(directory));
    }

    [Theory]
    [InlineData("true", 0)]
    [InlineData("false", 1)]
    [InlineData("/no/such/program", 127)]
    public async Task An_exit_code_is_handed_on(string program, int expected)
    {
        using var instance = new QemuInstance();
        instance.Start(program, []);
        Assert.Equal(expected, await instance.Exited);
        Assert.Null(instance.Connect(TestContext.Current.CancellationToken));
    }
}
