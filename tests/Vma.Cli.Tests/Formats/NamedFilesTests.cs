// SPDX-License-Identifier: MIT

using System.Text;
using System.Text.Json;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Formats;

/// <summary>The other files that an image names: which are opened, and that each is told.</summary>
public sealed class NamedFilesTests
{
    private const string Flat = "# Disk DescriptorFile\\nversion=1\\nCID=1\\nparentCID=ffffffff\\ncreateType=\"monolithicFlat\"\\nRW 16 FLAT";

    [Fact]
    public void An_extent_of_a_VMDK_descriptor_under_a_qcow2_image_is_told()
    {
        using var machine = new Machine();
        machine.Shell($"yes secret | head -c 8192 > secret; printf '{Flat} \"%s\" 0\\n' \"$PWD/secret\" > x.vmdk; " +
            "qemu-img create -q -f qcow2 -u -b x.vmdk -F vmdk x.qcow2 8192");
        VmaResult result = machine.Run("create", "x.vma", "-d", "x.qcow2");
        Assert.Equal($"vma: 'x.qcow2' is read together with '{machine["x.vmdk"]}', '{machine["secret"]}'", Told.OneLine(0, result));
        machine.Run("extract", "x.vma", "out").Succeeded();
        machine.Shell("cmp out/disk-disk0.raw secret");
        result = machine.Run("create", "y.vma", "-d", "x.vmdk");
        Assert.Equal($"vma: 'x.vmdk' is read together with '{machine["secret"]}'", Told.OneLine(0, result));
        machine.AssertGone();
    }

    [Theory]
    [InlineData("--dry-run", "disks")]
    [InlineData("--no-seal", "devices")]
    public void The_report_has_the_files_too(string option, string elements)
    {
        using var machine = new Machine();
        machine.Shell("qemu-img create -q -f qcow2 -b b.raw -F raw mid.qcow2; qemu-img create -q -f qcow2 -b mid.qcow2 -F qcow2 top.qcow2");
        JsonElement report = machine.Run("create", "x.vma", option, "--json", "-d", "top.qcow2", "-d", "b.raw").Json;
        JsonElement[] disks = [.. report.GetProperty(elements).EnumerateArray()];
        Assert.Equal([machine["mid.qcow2"], machine["b.raw"]], disks[0].GetProperty("otherFiles").EnumerateArray().Select(file => file.GetString()));
        Assert.Empty(disks[1].GetProperty("otherFiles").EnumerateArray());
    }

    [Fact]
    public void An_image_of_a_restore_map_is_told_with_its_data_file()
    {
        using var machine = new Machine();
        machine.Shell("qemu-img create -q -f qcow2 -o data_file=\"$PWD/t.data\" t.qcow2 $((40 * 1024 * 1024 + 512))");
        byte[] map = Encoding.UTF8.GetBytes($"format=qcow2:0:drive-scsi1={machine["t.qcow2"]}\nskip=drive-scsi0\nskip=b\n");
        VmaResult result = new VmaCall("extract", "--json", "-r", "/dev/stdin", machine["a.vma"], machine["conf"]) { Input = map }.Run();
        Assert.Equal($"vma: '{machine["t.qcow2"]}' is opened together with '{machine["t.data"]}'", Assert.Single(result.Succeeded().ErrorLines));
        Assert.Equal([machine["t.data"]], result.Json.GetProperty("devices")[0].GetProperty("otherFiles").EnumerateArray().Select(file => file.GetString()));
        machine.Shell("qemu-img compare -f qcow2 -F raw t.qcow2 drive-scsi1.raw");
        machine.AssertGone();
    }

    [Theory]
    [InlineData("qemu-img create -q -f qcow2 -o data_file=\"$PWD/other\" x.qcow2 1M; rm other; mkfifo other", "x.qcow2", "which is no file")]
    [InlineData("qemu-img create -q -f qcow2 -o data_file=\"$PWD/other\" x.raw 1M; rm other; mkfifo other", "x.raw", "looks like qcow2, though")]
    [InlineData("mkfifo other; qemu-img create -q -f qcow2 -u -b other -F raw x.qcow2 1M", "x.qcow2", "which is no file")]
    [InlineData("mkfifo other; printf '" + Flat + " \"other\" 0\\n' > x.vmdk", "x.vmdk", "which is no file")]
    [InlineData("mkfifo other; printf '" + Flat + " \"other\" 0\\n' > x.raw", "x.raw", "looks like vmdk, though its name says raw")]
    [InlineData("printf '" + Flat + " \"nbd:localhost:10809\" 0\\n' > x.vmdk", "x.vmdk", "only local files are followed")]
    [InlineData("printf 'x\\n" + Flat + " \"b.raw\" 0\\n' > x.vmdk", "format=vmdk:x.vmdk", "descriptor that is not understood")]
    public void An_image_that_names_no_file_is_refused_at_once(string make, string disk, string about)
    {
        using var machine = new Machine();
        machine.Shell(make);
        Told.Failure(machine.Run("create", "x.vma", "-d", disk), about);
        Assert.False(File.Exists(machine["x.vma"]));
        machine.AssertGone();
    }
}
