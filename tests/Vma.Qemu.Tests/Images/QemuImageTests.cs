// SPDX-License-Identifier: MIT

using Vma.Qemu.Images;

namespace Vma.Qemu.Tests.Images;

/// <summary>What <c>qemu-img</c> says of images, and what is made of that.</summary>
public sealed class QemuImageTests
{
    [Theory]
    [InlineData("qcow2", 1049088)]
    [InlineData("vmdk", 1049088)]
    [InlineData("vdi", 1049088)]
    [InlineData("vhdx", 1049088)]
    [InlineData("vpc", 1049088)]
    [InlineData("qed", 1049088)]
    [InlineData("parallels", 1049088)]
    [InlineData("raw", 1049088)]
    public void An_image_that_is_made_has_the_size_that_was_asked_for(string format, long size)
    {
        using var workshop = new Workshop();
        QemuImage.Create(workshop["a.img"], format, size);
        QemuImageInfo info = QemuImage.Inspect(workshop["a.img"], format);
        Assert.Equal((format, size), (info.Format, info.VirtualSize));
        Assert.Equal(format, QemuImage.Inspect(workshop["a.img"]).Format);
    }

    [Fact]
    public void Creation_options_are_honoured()
    {
        using var workshop = new Workshop();
        QemuImage.Create(workshop["a.qcow2"], "qcow2", 1 << 20, "compat=0.10,cluster_size=4096,preallocation=metadata");
        string shown = workshop.Run("qemu-img info a.qcow2");
        Assert.Contains("compat: 0.10", shown, StringComparison.Ordinal);
        Assert.Contains("cluster_size: 4096", shown, StringComparison.Ordinal);
        QemuImage.Create(workshop["s.vmdk"], "vmdk", 1 << 20, "subformat=streamOptimized");
        Assert.Equal("streamOptimized", QemuImage.Inspect(workshop["s.vmdk"]).Subformat);
    }

    [Theory]
    [InlineData("qcow2", "foo=bar", "Invalid parameter 'foo'")]
    [InlineData("nonsense", null, "Unknown file format 'nonsense'")]
    [InlineData("qcow2", "cluster_size=3", "Cluster size must be a power of two between 512 and 2048k")]
    public void What_cannot_be_made_is_told_in_QEMUs_words(string format, string? options, string reason)
    {
        using var workshop = new Workshop();
        QemuException failure = Assert.Throws<QemuException>(() => QemuImage.Create(workshop["a.img"], format, 1 << 20, options));
        Assert.Equal(reason, failure.Message);
    }

    [Theory]
    [InlineData("json:{\"driver\":\"null-co\"}")]
    [InlineData("nbd:localhost:1.qcow2")]
    [InlineData("-help")]
    [InlineData("a,b=c.qcow2")]
    [InlineData("fat:rw:x")]
    [InlineData("with \"quotes\" and \\ and ü.qcow2")]
    [InlineData("%2e")]
    public void A_name_is_only_ever_the_name_of_a_file(string name)
    {
        using var workshop = new Workshop();
        string path = workshop[name];
        QemuImage image = QemuImage.Create(path, "qcow2", 1 << 20);
        Assert.True(File.Exists(path));
        Assert.Equal(1 << 20, image.Inspect().VirtualSize);
        Assert.Equal("qcow2", QemuImage.Inspect(path).Format);
        using (QemuImageDisk disk = QemuImageDisk.OpenWrite(image))
        {
            disk.WriteAt(5000, [1, 2, 3]);
            disk.Complete();
        }

        using QemuImageDisk again = QemuImageDisk.OpenRead(QemuImage.Resolve(path, "qcow2"));
        var read = new byte[3];
        again.ReadAt(5000, read);
        Assert.Equal([1, 2, 3], read);
    }

    [Fact]
    public void A_missing_file_is_told_by_its_name()
    {
        using var workshop = new Workshop();
        string path = workshop["missing.qcow2"];
        Assert.Equal($"Could not open '{path}': No such file or directory", Assert.Throws<QemuException>(() => QemuImage.Inspect(path, "qcow2")).Message);
        Assert.Equal($"Could not open '{path}': No such file or directory", Assert.Throws<QemuException>(() =>
            QemuImageDisk.OpenRead(new QemuImage(path, "qcow2"))).Message);
    }

    [Fact]
    public void A_file_of_another_format_is_refused_in_one_line()
    {
        using var workshop = new Workshop();
        string path = workshop.File("a.qcow2", Workshop.Pattern(70000));
        Assert.Equal("Image is not in qcow2 format", Assert.Throws<QemuException>(() => QemuImageDisk.OpenRead(new QemuImage(path, "qcow2"))).Message);
    }

    [Fact]
    public void A_chain_is_followed_with_its_formats()
    {
        using var workshop = new Workshop();
        workshop.Run("truncate -s 1M base.raw; qemu-img create -q -f qcow2 -b base.raw -F raw mid.qcow2; " +
            "qemu-img create -q -f qcow2 -b \"$PWD/mid.qcow2\" -F qcow2 top.qcow2");
        QemuImage image = QemuImage.Resolve(workshop["top.qcow2"], "qcow2");
        Assert.Equal(["top.qcow2", "mid.qcow2", "base.raw"], image.Files().Select(Path.GetFileName));
        Assert.Equal("raw", image.Backing!.Backing!.Format);
    }

    [Theory]
    [InlineData("nbd://localhost/x")]
    [InlineData("json:{\"driver\":\"null-co\",\"size\":1048576}")]
    [InlineData("ssh:host")]
    public void A_backing_file_that_is_no_local_file_is_refused(string backing)
    {
        using var workshop = new Workshop();
        workshop.Run($"qemu-img create -q -f qcow2 -u -b '{backing}' -F raw top.qcow2 1M");
        QemuException failure = Assert.Throws<QemuException>(() => QemuImage.Resolve(workshop["top.qcow2"], "qcow2"));
        Assert.Contains("only local files are followed", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public void A_chain_that_leads_back_to_itself_ends()
    {
        using var workshop = new Workshop();
        workshop.Run("qemu-img create -q -f qcow2 -u -b b.qcow2 -F qcow2 a.qcow2 1M; qemu-img create -q -f qcow2 -u -b a.qcow2 -F qcow2 b.qcow2 1M");
        Assert.Throws<QemuException>(() => QemuImage.Resolve(workshop["a.qcow2"], "qcow2"));
    }

    [Fact]
    public void Without_being_named_a_backing_file_is_not_opened()
    {
        using var workshop = new Workshop();
        workshop.Run("head -c 1M /dev/zero | tr '\\0' x > secret.raw; qemu-img create -q -f qcow2 -b secret.raw -F raw top.qcow2");
        using QemuImageDisk disk = QemuImageDisk.OpenRead(new QemuImage(workshop["top.qcow2"], "qcow2"));
        var read = new byte[4096];
        disk.ReadAt(0, read);
        Assert.False(read.AsSpan().ContainsAnyExcept((byte)0));
    }
}
