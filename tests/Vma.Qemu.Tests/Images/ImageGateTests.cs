// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Text;
using Vma.Qemu.Images;

namespace Vma.Qemu.Tests.Images;

/// <summary>What an image may name, and what is opened because of it.</summary>
public sealed class ImageGateTests
{
    private const string Descriptor =
        "# Disk DescriptorFile\nversion=1\nCID=01234567\nparentCID=ffffffff\ncreateType=\"monolithicFlat\"\n\n# Extent description\n";

    [Fact]
    public void A_VMDK_descriptor_is_read_with_the_files_that_hold_its_data()
    {
        using var workshop = new Workshop();
        byte[] content = Workshop.Pattern(1 << 20);
        workshop.File("a.raw", content);
        workshop.Run("qemu-img convert -f raw -O vmdk -o subformat=monolithicFlat a.raw a.vmdk; " +
            "qemu-img convert -f raw -O vmdk -o subformat=twoGbMaxExtentSparse a.raw s.vmdk; qemu-img create -q -f qcow2 -b a.vmdk -F vmdk top.qcow2");
        AssertContent(content, workshop["a.vmdk"], "vmdk", "a.vmdk", "a-flat.vmdk");
        AssertContent(content, workshop["s.vmdk"], "vmdk", "s.vmdk", "s-s001.vmdk");
        AssertContent(content, workshop["top.qcow2"], "qcow2", "top.qcow2", "a.vmdk", "a-flat.vmdk");
        Assert.Equal(("vmdk", 1 << 20), (QemuImage.DetectFormat(workshop["a.vmdk"]), (int)QemuImage.Inspect(workshop["a.vmdk"]).VirtualSize));
    }

    [Fact]
    public void A_data_file_is_read_when_it_is_named_and_not_opened_to_look_at_the_image()
    {
        using var workshop = new Workshop();
        byte[] content = Workshop.Pattern(1 << 20);
        workshop.File("a.raw", content);
        workshop.Run("qemu-img convert -f raw -O qcow2 -o data_file=a.data a.raw a.qcow2");
        AssertContent(content, workshop["a.qcow2"], "qcow2", "a.qcow2", "a.data");
        File.Delete(workshop["a.data"]);
        Assert.Equal(1 << 20, QemuImage.Inspect(workshop["a.qcow2"]).VirtualSize);
    }

    [Theory]
    [InlineData("qemu-img create -q -f qcow2 -o data_file=other x.qcow2 1M; rm other; mkfifo other", "other")]
    [InlineData("mkfifo other; qemu-img create -q -f qcow2 -u -b other -F raw x.qcow2 1M", "other")]
    [InlineData("qemu-img create -q -f qcow2 -u -b /dev/null -F raw x.qcow2 1M", "/dev/null")]
    [InlineData("mkdir other; qemu-img create -q -f qcow2 -u -b other -F raw x.qcow2 1M", "other")]
    [InlineData("mkfifo other; printf 'RW 16 FLAT \"other\" 0\\n' > d; cat start d > x.vmdk; " +
        "qemu-img create -q -f qcow2 -u -b x.vmdk -F vmdk x.qcow2 1M", "other")]
    public void A_FIFO_a_device_or_a_directory_that_only_the_image_names_is_refused_and_not_waited_for(string make, string named)
    {
        using var workshop = new Workshop();
        workshop.File("start", Encoding.ASCII.GetBytes(Descriptor));
        workshop.Run(make + "; true");
        QemuException refused = Assert.Throws<QemuException>(() => QemuImage.Resolve(workshop["x.qcow2"], "qcow2"));
        Assert.Contains($"{named}' as a file that it needs, which is no file", refused.Message, StringComparison.Ordinal);
        Assert.Equal("qcow2", QemuImage.DetectFormat(workshop["x.qcow2"]));
        Assert.Equal(1 << 20, QemuImage.Inspect(workshop["x.qcow2"]).VirtualSize);
    }

    [Theory]
    [InlineData("RW 16 FLAT \"nbd:localhost:1\" 0", "only local files are followed")]
    [InlineData("RW 16 FLAT \"json:{}\" 0", "only local files are followed")]
    [InlineData("RW 16 FLAT \"missing\" 0", "missing' as a file that it needs: No such file or directory")]
    [InlineData("RW\n16 FLAT \"missing\" 0", "a line in its VMDK descriptor that is not understood")]
    [InlineData("RW 16 FLAT \"mis\"sing\" 0", "a line in its VMDK descriptor that is not understood")]
    [InlineData("\vRW 16 FLAT \"missing\" 0", "a line in its VMDK descriptor that is not understood")]
    [InlineData("RW +16 FLAT \"missing\" 0", "a line in its VMDK descriptor that is not understood")]
    [InlineData("parentFileNameHint = \"missing\"", "in a way that is not understood")]
    public void A_VMDK_descriptor_is_refused_unless_each_line_is_understood(string line, string about)
    {
        using var workshop = new Workshop();
        string path = workshop.File("a.vmdk", Encoding.ASCII.GetBytes(Descriptor + line + "\n"));
        Assert.Contains(about, Assert.Throws<QemuException>(() => QemuImage.Resolve(path, "vmdk")).Message, StringComparison.Ordinal);
        Assert.Contains(about, Assert.Throws<QemuException>(() => QemuImage.Inspect(path, "vmdk")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_extent_that_is_a_descriptor_itself_is_refused()
    {
        using var workshop = new Workshop();
        workshop.File("secret", new byte[8192]);
        var nested = new byte[20480];
        "KDMV"u8.CopyTo(nested);
        (nested[4], nested[28], nested[36]) = (1, 1, 20);
        Encoding.ASCII.GetBytes(Descriptor + "RW 16 FLAT \"secret\" 0\n").CopyTo(nested, 512);
        workshop.File("nested.vmdk", nested);
        string path = workshop.File("a.vmdk", Encoding.ASCII.GetBytes(Descriptor + "RW 16 SPARSE \"nested.vmdk\"\n"));
        Assert.Contains("which names other files itself", Refusal(QemuImage.Resolve(path, "vmdk")), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_hold_an_images_data_must_be_named_by_the_caller()
    {
        using var workshop = new Workshop();
        workshop.Run("qemu-img create -q -f qcow2 -o data_file=other a.qcow2 1M; qemu-img create -q -f vmdk -o subformat=monolithicFlat a.vmdk 1M");
        Assert.Contains("has its data in another file", Refusal(new QemuImage(workshop["a.qcow2"], "qcow2")), StringComparison.Ordinal);
        Assert.Contains("a-flat.vmdk', which the caller did not name", Refusal(new QemuImage(workshop["a.vmdk"], "vmdk")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("qcow2", 72, 0x80, "needs qcow2 features that are not known here")]
    [InlineData("qed", 16, 8, "needs QED features that are not known here")]
    [InlineData("vpc", 63, 4, "is a differencing VHD")]
    public void What_is_not_known_of_a_format_is_refused(string format, int offset, byte value, string about)
    {
        using var workshop = new Workshop();
        QemuImage image = QemuImage.Create(workshop["a.img"], format, 1 << 20);
        using (FileStream file = File.OpenWrite(image.Path))
        {
            file.Position = offset;
            file.WriteByte(value);
        }

        Assert.Contains(about, Refusal(image), StringComparison.Ordinal);
    }

    [Fact]
    public void A_format_whose_images_may_name_anything_is_refused()
    {
        using var workshop = new Workshop();
        workshop.Run("truncate -s 1M b; qemu-img create -q -f qcow2 -u -b b -F vvfat a.qcow2 1M");
        Assert.Contains("the format 'vvfat'", Refusal(QemuImageOf("vvfat")), StringComparison.Ordinal);
        QemuException refused = Assert.Throws<QemuException>(() => QemuImage.Resolve(workshop["a.qcow2"], "qcow2"));
        Assert.Contains("the format 'vvfat'", refused.Message, StringComparison.Ordinal);

        QemuImage QemuImageOf(string format) => new(workshop["b"], format);
    }

    [Theory]
    [InlineData("qcow2")]
    [InlineData("qed")]
    [InlineData("vmdk")]
    public void What_an_image_lies_on_is_found_as_QEMU_finds_it(string format)
    {
        using var workshop = new Workshop();
        byte[] content = Workshop.Pattern(1 << 20);
        workshop.File("a.raw", content);
        string baseFormat = format == "vmdk" ? "vmdk" : "raw";
        workshop.Run($"qemu-img convert -f raw -O {baseFormat} a.raw base; qemu-img create -q -f {format} -b base -F {baseFormat} top; " +
            $"qemu-io -f {format} -c 'write -P 7 100k 100k' top");
        content.AsSpan(100 << 10, 100 << 10).Fill(7);
        AssertContent(content, workshop["top"], format, "top", "base");
    }

    [Fact]
    public void A_qcow_image_of_version_1_is_followed()
    {
        using var workshop = new Workshop();
        byte[] content = Workshop.Pattern(1 << 20);
        workshop.File("a.raw", content);
        workshop.Run("qemu-img convert -f raw -O qcow a.raw a.qcow; qemu-img create -q -f qcow -b a.raw -F raw top.qcow");
        AssertContent(content, workshop["a.qcow"], "qcow", "a.qcow");
        AssertContent(content, workshop["top.qcow"], "qcow", "top.qcow", "a.raw");
        Assert.Equal("qcow", QemuImage.DetectFormat(workshop["top.qcow"]));
    }

    [Fact]
    public void A_name_with_a_NUL_or_behind_the_header_is_refused()
    {
        using var workshop = new Workshop();
        workshop.Run("truncate -s 1M base; qemu-img create -q -f qcow2 -b base -F raw a.qcow2");
        byte[] image = File.ReadAllBytes(workshop["a.qcow2"]);
        int at = (int)BinaryPrimitives.ReadUInt64BigEndian(image.AsSpan(8));
        image[at + 2] = 0;
        string path = workshop.File("nul.qcow2", image);
        Assert.Contains("can have no such name", Assert.Throws<QemuException>(() => QemuImage.Resolve(path, "qcow2")).Message, StringComparison.Ordinal);
        BinaryPrimitives.WriteUInt64BigEndian(image.AsSpan(8), 65536 - 2);
        path = workshop.File("behind.qcow2", image);
        Assert.Contains("outside of itself", Assert.Throws<QemuException>(() => QemuImage.Resolve(path, "qcow2")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_overlay_of_a_guest_that_was_given_a_data_file_is_not_booted()
    {
        using var workshop = new Workshop();
        workshop.Run("qemu-img create -q -f qcow2 -o data_file=other a.qcow2 1M");
        var overlay = new QemuOverlay(workshop["a.qcow2"], 1 << 20, null);
        Assert.Contains("has its data in another file", Assert.Throws<QemuException>(() => overlay.ToNode("x")).Message, StringComparison.Ordinal);
    }

    private static string Refusal(QemuImage image)
    {
        string message = Assert.Throws<QemuException>(() => QemuImageDisk.OpenRead(image)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    private static void AssertContent(byte[] expected, string path, string format, params string[] files)
    {
        QemuImage image = QemuImage.Resolve(path, format);
        Assert.Equal(files, image.Files().Select(Path.GetFileName));
        using QemuImageDisk disk = QemuImageDisk.OpenRead(image);
        var content = new byte[disk.Length];
        disk.ReadAt(0, content);
        Assert.True(expected.AsSpan().SequenceEqual(content.AsSpan(0, expected.Length)));
    }
}
