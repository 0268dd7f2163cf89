// SPDX-License-Identifier: MIT

using System.Security.Cryptography;
using Vma.Tests.Support;

namespace Vma.Tests.Indexing;

/// <summary>Sound archives, read anywhere.</summary>
public sealed class VmaArchiveTests
{
    public static TheoryData<string> Forms => ArchiveForms.All;

    [Theory]
    [MemberData(nameof(Forms))]
    public void Any_range_of_any_disk_reads_right_from_several_threads(string form) =>
        Property.ForSeeds(6, (random, seed) =>
        {
            byte[][] disks = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pattern.Patchy(random.Next(1, 3_000_000), random))];
            var options = new VmaArchiveOptions { CacheBytes = random.Next(3) * 1_000_000, Parallelism = random.Next(1, 4) };
            using var archive = VmaArchive.Open(new MemoryStream(ArchiveForms.Make(form, disks, random.Next(1, 60))), options);
            Assert.Empty(archive.Findings);
            VmaDisk[] opened = [.. archive.Manifest.Devices.Select(archive.OpenDisk)];
            Workers.ForEach(Enumerable.Range(0, 60), i =>
            {
                var own = new Random(seed * 1000 + i);
                int disk = own.Next(disks.Length);
                int offset = own.Next(disks[disk].Length);
                var buffer = new byte[own.Next(Math.Min(disks[disk].Length - offset, own.Next(2) == 0 ? 5000 : 900_000) + 1)];
                opened[disk].ReadAt(offset, buffer);
                Assert.True(disks[disk].AsSpan(offset, buffer.Length).SequenceEqual(buffer), $"{buffer.Length} bytes at {offset} of disk {disk}");
            });
        });

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_stream_is_seekable_and_independent_of_others(string form)
    {
        byte[] content = Pattern.Patchy(2_000_001, new Random(3));
        using var archive = VmaArchive.Open(new MemoryStream(ArchiveForms.Make(form, [content])));
        using Stream one = archive.OpenDisk("disk0").OpenStream(), other = archive.OpenDisk("disk0").OpenStream();
        Assert.Equal(content.Length, one.Length);
        one.Seek(-5, SeekOrigin.End);
        other.Position = 1_000_000;
        var all = new MemoryStream();
        one.CopyTo(all);
        Assert.Equal(content[^5..], all.ToArray());
        all.SetLength(0);
        other.CopyTo(all);
        Assert.Equal(content[1_000_000..], all.ToArray());
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void What_is_zero_is_told_exact_to_blocks_and_in_long_ranges(string form)
    {
        var content = new byte[600 * 65536];
        foreach (int block in (int[])[0, 3, 4, 200, 201, 1600, 9599])
        {
            content[block * 4096 + 17] = 1;
        }

        using var archive = VmaArchive.Open(new MemoryStream(ArchiveForms.Make(form, [content])));
        VmaDisk disk = archive.OpenDisk("disk0");
        var told = new List<(long Start, long End, bool IsZero)>();
        for (long at = 0; at < disk.Length;)
        {
            BlockStatus status = disk.StatusAt(at);
            told.Add((at / 4096, (at + status.Length) / 4096, status.ReadsAsZeroes));
            at += status.Length;
        }

        Assert.Equal(
            [(0, 1, false), (1, 3, true), (3, 5, false), (5, 200, true), (200, 202, false), (202, 1600, true), (1600, 1601, false), (1601, 9599, true),
                (9599, 9600, false)],
            told);
        Assert.Equal(new BlockStatus(4096 - 100, false), disk.StatusAt(100));
        Assert.Equal(new BlockStatus(1000, true), disk.StatusAt(3 * 4096 - 1000));
    }

    public static TheoryData<string> Golden => GoldenSet.Files;

    [Theory]
    [MemberData(nameof(Golden))]
    public void Golden_archives_give_the_disks_that_the_reference_tool_restores(string file) =>
        Workers.ForEach((string[])["plain", "zst", "lzop"], form =>
        {
            byte[] archive = GoldenSet.Read(file);
            archive = form switch { "zst" => Repacked(archive), "lzop" => Tool.Run("lzop -1 -c", archive), _ => archive };
            using var opened = VmaArchive.Open(new MemoryStream(archive), new VmaArchiveOptions { RefuseDamaged = form == "plain" });
            foreach (GoldenDevice device in GoldenSet.Find(file).Devices)
            {
                using Stream disk = opened.OpenDisk(opened.Manifest.FindDevice(device.DevId)!).OpenStream();
                Assert.Equal(device.ImageSha256, Convert.ToHexStringLower(SHA256.HashData(disk)));
            }
        });

    [Fact]
    public void Names_and_ranges_that_are_not_there_are_refused()
    {
        byte[] archive = new ArchiveBuilder().WholeDisk(1, "a", Pattern.Full(1000)).WholeDisk(2, "twice", Pattern.Full(10))
            .WholeDisk(3, "twice", Pattern.Full(10)).Build();
        using var opened = VmaArchive.Open(new MemoryStream(archive));
        Assert.Throws<ArgumentException>(() => opened.OpenDisk("b"));
        Assert.Throws<ArgumentException>(() => opened.OpenDisk("twice"));
        VmaDisk disk = opened.OpenDisk("a");
        Assert.Throws<ArgumentOutOfRangeException>(() => disk.ReadAt(999, new byte[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => disk.ReadAt(-1, new byte[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => disk.StatusAt(1000));
        disk.ReadAt(1000, []);
        opened.Dispose();
        Assert.Throws<ObjectDisposedException>(() => disk.ReadAt(0, new byte[1]));
    }

    [Theory]
    [InlineData("zst")]
    [InlineData("lzo")]
    public void Several_can_read_on_through_a_compressed_archive(string form)
    {
        byte[] content = Pattern.Patchy(24_000_000, new Random(8));
        byte[] archive = ArchiveForms.Make(form, [content], perExtent: 30);
        foreach (long cache in (long[])[0, 20 << 20, 64 << 20])
        {
            using var opened = VmaArchive.Open(new MemoryStream(archive), new VmaArchiveOptions { CacheBytes = cache, Parallelism = 3 });
            VmaDisk disk = opened.OpenDisk("disk0");
            Workers.ForEach(Enumerable.Range(0, 4), reader =>
            {
                var buffer = new byte[200_000 + reader];
                for (int at = reader * 5_000_000; at < content.Length; at += buffer.Length)
                {
                    Span<byte> part = buffer.AsSpan(0, Math.Min(buffer.Length, content.Length - at));
                    disk.ReadAt(at, part);
                    Assert.True(content.AsSpan(at, part.Length).SequenceEqual(part), $"{part.Length} bytes at {at}");
                }
            });
        }
    }

    [Fact]
    public void What_is_allocated_at_a_place_is_told_without_reading_the_rest_of_the_disk()
    {
        var content = new byte[100 * 10 * 65536];
        new Random(6).NextBytes(content);
        var stream = new WatchedStream(ArchiveForms.Make("zst", [content], perExtent: 10));
        using var archive = VmaArchive.Open(stream, new VmaArchiveOptions { ProvenBytes = 0 });
        VmaDisk disk = archive.OpenDisk("disk0");
        long before = stream.BytesRead;
        BlockStatus status = disk.StatusAt(5 * 65536);
        Assert.False(status.ReadsAsZeroes);
        Assert.InRange(status.Length, 1, 10 * 65536);
        Assert.InRange(stream.BytesRead - before, 512, 200_000);
    }

    [Fact]
    public void To_compare_all_of_the_tables_takes_a_fiftieth_of_the_archive()
    {
        var content = new byte[100 * 10 * 65536];
        new Random(6).NextBytes(content);
        var stream = new WatchedStream(ArchiveForms.Make("zst", [content], perExtent: 10));
        using var archive = VmaArchive.Open(stream);
        Assert.InRange(stream.BytesRead, 100 * 512, content.Length / 50);
        long before = stream.BytesRead;
        Assert.False(archive.OpenDisk("disk0").StatusAt(5 * 65536).ReadsAsZeroes);
        Assert.Equal(before, stream.BytesRead);
    }

    [Fact]
    public void How_many_reads_at_once_are_of_use_depends_on_the_compression()
    {
        byte[] content = Pattern.Full(100_000);
        using var plain = VmaArchive.Open(new MemoryStream(ArchiveForms.Make("sealed", [content])), new VmaArchiveOptions { Parallelism = 3 });
        using var compressed = VmaArchive.Open(new MemoryStream(ArchiveForms.Make("zst", [content])), new VmaArchiveOptions { Parallelism = 3 });
        Assert.Equal(int.MaxValue, plain.Parallelism);
        Assert.Equal(3, compressed.Parallelism);
    }

    [Fact]
    public void Options_are_checked_when_they_are_set()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new VmaArchiveOptions { CacheBytes = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new VmaArchiveOptions { IndexBytes = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new VmaArchiveOptions { Parallelism = 0 });
        Assert.Throws<ArgumentException>(() => new VmaArchiveOptions { SidecarDirectory = "" });
    }

    private static byte[] Repacked(byte[] archive)
    {
        var output = new MemoryStream();
        VmaRepack.Run(new MemoryStream(archive), output, new VmaRepackOptions { Compression = VmaCompression.Zstd(1) });
        return output.ToArray();
    }
}
