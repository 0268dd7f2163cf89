// SPDX-License-Identifier: MIT

using Vma.Qemu.Images;

namespace Vma.Qemu.Tests.Images;

/// <summary>Disks in images, read and written through a <c>qemu-nbd</c> of our own.</summary>
public sealed class QemuImageDiskTests
{
    private const int Size = 1_500_160; // a multiple of 512 and of nothing else

    [Theory]
    [InlineData("qcow2", null)]
    [InlineData("qcow2", "compat=0.10,cluster_size=512")]
    [InlineData("vmdk", null)]
    [InlineData("vmdk", "subformat=streamOptimized")]
    [InlineData("vdi", null)]
    [InlineData("vhdx", null)]
    [InlineData("vpc", null)]
    [InlineData("qed", null)]
    [InlineData("parallels", null)]
    public void What_is_written_is_read_back_and_seen_by_others(string format, string? options)
    {
        using var workshop = new Workshop();
        byte[] content = Workshop.Pattern(Size);
        QemuImage image = QemuImage.Create(workshop["a.img"], format, Size, options);
        using (QemuImageDisk disk = QemuImageDisk.OpenWrite(image, new RawDiskOptions { ReadsAsZeroes = true }))
        {
            Assert.Equal(Size, disk.Length);
            Write(disk, content);
            disk.Flush();
            disk.Complete();
        }

        workshop.File("a.raw", content);
        workshop.Run($"qemu-img compare -f {format} -F raw a.img a.raw");
        Assert.Equal(content, ReadAll(image));
        Assert.Empty(workshop.Processes());
    }

    [Fact]
    public void Holes_are_known_without_reading()
    {
        using var workshop = new Workshop();
        QemuImage image = QemuImage.Create(workshop["a.qcow2"], "qcow2", 1L << 40);
        using (QemuImageDisk disk = QemuImageDisk.OpenWrite(image))
        {
            disk.WriteAt(3L << 30, Workshop.Pattern(65536).AsSpan(4096, 4096));
            disk.Complete();
        }

        using QemuImageDisk again = QemuImageDisk.OpenRead(image);
        long data = 0;
        for (long at = 0; at < again.Length;)
        {
            BlockStatus status = again.StatusAt(at);
            data += status.ReadsAsZeroes ? 0 : status.Length;
            at += status.Length;
        }

        Assert.InRange(data, 4096, 65536);
    }

    [Fact]
    public void Zeros_free_what_was_allocated()
    {
        using var workshop = new Workshop();
        QemuImage image = QemuImage.Create(workshop["a.qcow2"], "qcow2", 8 << 20);
        using (QemuImageDisk disk = QemuImageDisk.OpenWrite(image))
        {
            disk.WriteAt(0, Workshop.Pattern(4 << 20));
            disk.WriteZeroesAt(0, 4 << 20);
            disk.Complete();
        }

        Assert.InRange(image.Inspect().ActualSize, 1, 1 << 20);
        Assert.False(ReadAll(image).AsSpan().ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void A_backing_chain_reads_as_one_disk()
    {
        using var workshop = new Workshop();
        byte[] content = Workshop.Pattern(Size);
        workshop.File("base.raw", content);
        workshop.Run("qemu-img create -q -f qcow2 -b base.raw -F raw mid.qcow2; qemu-io -c 'write -P 7 100k 100k' mid.qcow2; " +
            "qemu-img create -q -f qcow2 -b mid.qcow2 -F qcow2 top.qcow2; qemu-io -c 'write -P 8 150k 100k' top.qcow2");
        content.AsSpan(100 << 10, 100 << 10).Fill(7);
        content.AsSpan(150 << 10, 100 << 10).Fill(8);
        Assert.Equal(content, ReadAll(QemuImage.Resolve(workshop["top.qcow2"], "qcow2")));
    }

    [Fact]
    public void An_internal_snapshot_is_read_by_its_name()
    {
        using var workshop = new Workshop();
        workshop.Run("qemu-img create -q -f qcow2 a.qcow2 1M; qemu-io -c 'write -P 1 0 64k' a.qcow2; qemu-img snapshot -c 'before, the update' a.qcow2; " +
            "qemu-io -c 'write -P 2 0 64k' a.qcow2");
        var image = new QemuImage(workshop["a.qcow2"], "qcow2");
        Assert.Equal(["before, the update"], image.Inspect().Snapshots);
        Assert.Equal(2, ReadAll(image)[0]);
        Assert.Equal(1, ReadAll(image, "before, the update")[0]);
        Assert.Contains("Can't find snapshot", Assert.Throws<QemuException>(() => QemuImageDisk.OpenRead(image, "no such")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("luks", "key-secret=s,iter-time=10")]
    [InlineData("qcow2", "encrypt.format=luks,encrypt.key-secret=s,encrypt.iter-time=10")]
    public void An_encrypted_image_needs_its_passphrase(string format, string options)
    {
        using var workshop = new Workshop();
        string key = workshop.File("key,file", "open sesame"u8.ToArray());
        workshop.File("a.raw", Workshop.Pattern(Size));
        // QEMU measures how fast it is, and gives up where the kernel's clock of CPU time is too coarse for its measure.
        workshop.Run($"for try in $(seq 100); do qemu-img convert -f raw -O {format} -o {options} --object secret,id=s,data='open sesame' a.raw a.img " +
            $"2>/dev/null && exit; done; exit 1");
        QemuImage locked = QemuImage.Resolve(workshop["a.img"], format);
        QemuException failure = Assert.Throws<QemuException>(() => QemuImageDisk.OpenRead(locked));
        Assert.Contains("key-secret' is required for cipher", failure.Message, StringComparison.Ordinal);
        Assert.Equal(Workshop.Pattern(Size), ReadAll(QemuImage.Resolve(workshop["a.img"], format, key)));
    }

    [Fact]
    public void A_part_of_a_file_can_be_the_image()
    {
        using var workshop = new Workshop();
        byte[] content = Workshop.Pattern(Size);
        workshop.File("a.raw", content);
        workshop.Run("qemu-img convert -O vmdk -o subformat=streamOptimized a.raw a.vmdk; (head -c 1536 /dev/urandom; cat a.vmdk; " +
            "head -c 3000 /dev/urandom) > packed");
        var image = new QemuImage(workshop["packed"], "vmdk") { Range = new VmaByteRange(1536, new FileInfo(workshop["a.vmdk"]).Length) };
        Assert.Equal(content, ReadAll(image));
    }

    [Fact]
    public void Several_threads_write_a_compressed_image_cluster_by_cluster()
    {
        using var workshop = new Workshop();
        const int Clusters = 64;
        byte[] content = Workshop.Pattern(Clusters * 65536 - 65536 + 512);
        QemuImage image = QemuImage.Create(workshop["a.vmdk"], "vmdk", content.Length, "subformat=streamOptimized");
        using (QemuImageDisk disk = QemuImageDisk.OpenWrite(image))
        {
            Parallel.For(0, Clusters, cluster => Write(disk, content, cluster * 65536, Math.Min(65536, content.Length - cluster * 65536)));
            disk.Flush();
            disk.Complete();
        }

        workshop.File("a.raw", content);
        workshop.Run("qemu-img compare -f vmdk -F raw a.vmdk a.raw && qemu-img check -q a.vmdk");
    }

    private static byte[] ReadAll(QemuImage image, string? snapshot = null)
    {
        using QemuImageDisk disk = QemuImageDisk.OpenRead(image, snapshot);
        var content = new byte[disk.Length];
        disk.ReadAt(0, content);
        return content;
    }

    /// <summary>As a restore does: block by block, zeros as such where the disk wants them.</summary>
    private static void Write(QemuImageDisk disk, byte[] content, int start = 0, int? length = null)
    {
        int end = start + (length ?? content.Length);
        for (int at = start; at < end; at += 4096)
        {
            ReadOnlySpan<byte> block = content.AsSpan(at, Math.Min(4096, end - at));
            if (block.ContainsAnyExcept((byte)0))
            {
                disk.WriteAt(at, block);
            }
            else if (!disk.ReadsAsZeroes)
            {
                disk.WriteZeroesAt(at, block.Length);
            }
        }
    }
}
