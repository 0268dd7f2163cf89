// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Vma.Disks;
using Vma.Format;
using Vma.Tests.Support;

namespace Vma.Tests.Writing;

/// <summary>Compressed archives as they are written.</summary>
[Slow]
public sealed class CompressedArchiveTests
{
    public static TheoryData<string> Forms => ["none", "zstd", "lzo", "gzip"];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Random_disks_come_back_from_every_form_and_it_does_not_depend_on_threads(string form) =>
        Property.ForSeeds(6, (random, seed) =>
        {
            byte[][] disks = [.. Enumerable.Range(0, random.Next(1, 4)).Select(i => Disk(seed * 10 + i, random.Next(1, 3_000_000)))];
            int perExtent = random.Next(1, 20);
            byte[] one = Write(form, disks, parallelism: 1, perExtent);
            Assert.Equal(one, Write(form, disks, parallelism: random.Next(2, 5), perExtent));
            Assert.Equal(disks, Restored.From(one).Contents.Values);
        });

    [Theory]
    [MemberData(nameof(Forms))]
    public void The_stream_is_the_same_for_any_number_of_threads(string form)
    {
        byte[][] disks = [Disk(1, 5_000_000), Disk(2, 2_000_000)];
        byte[] one = Write(form, disks, parallelism: 1, perExtent: 8);
        Assert.Equal(one, Write(form, disks, parallelism: 4, perExtent: 8));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Clusters_in_any_order_from_several_threads_come_back(string form)
    {
        byte[] content = Disk(5, 200 * 65536);
        var output = new MemoryStream();
        using var writer = new VmaWriter(output, new VmaWriterOptions { Compression = FormOf(form), ClustersPerExtent = 7, Parallelism = 3 }, leaveOpen: true);
        VmaDeviceWriter device = writer.AddDevice("disk", content.Length);
        int[] order = [.. Enumerable.Range(0, 200)];
        new Random(9).Shuffle(order);
        Parallel.ForEach(order, cluster => device.WriteCluster(cluster, content.AsSpan(cluster * 65536, 65536)));
        VmaWriteReport report = writer.Commit();
        Assert.Equal(output.Length, report.WrittenBytes);
        Assert.Equal([content], Restored.From(output.ToArray()).Contents.Values);
    }

    [Fact]
    public void The_seek_table_and_the_cluster_map_are_as_the_page_says()
    {
        byte[] file = Write("zstd", [Disk(1, 20 * 65536), new byte[30 * 65536]], parallelism: 2, perExtent: 10);
        ReadOnlySpan<byte> footer = file.AsSpan(^9..);
        Assert.Equal(0x8F92EAB1, BinaryPrimitives.ReadUInt32LittleEndian(footer[5..]));
        int frames = (int)BinaryPrimitives.ReadUInt32LittleEndian(footer);
        Assert.Equal(1 + 5 + 1 + 1, frames); // the header, five extents, the end mark, the cluster map
        ReadOnlySpan<byte> table = file.AsSpan(file.Length - 9 - frames * 8, frames * 8);
        int at = 0;
        long plain = 0;
        for (int i = 0; i < frames; i++)
        {
            int compressed = (int)BinaryPrimitives.ReadUInt32LittleEndian(table[(i * 8)..]);
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(table[(i * 8 + 4)..]);
            uint magic = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at));
            Assert.Equal(length == 0 ? 0x184D2A53u : 0xFD2FB528u, magic);
            plain += length;
            at += compressed;
        }

        Assert.Equal(file.Length - 8 - frames * 8 - 9, at);
        Assert.Equal(Restored.Verify(file).ArchiveBytes, plain);
        CheckMap(file.AsSpan(at - (int)BinaryPrimitives.ReadUInt32LittleEndian(table[^8..])));
    }

    private static void CheckMap(ReadOnlySpan<byte> frame)
    {
        int length = (int)BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]);
        ReadOnlySpan<byte> map = frame.Slice(8, length);
        Assert.Equal("VMAI"u8, map[..4]);
        Assert.Equal(1u, BinaryPrimitives.ReadUInt32LittleEndian(map[4..]));
        Assert.Equal(5u, BinaryPrimitives.ReadUInt32LittleEndian(map[8..]));
        Assert.Equal(Crc32C.Compute(map[..^4]), BinaryPrimitives.ReadUInt32LittleEndian(map[^4..]));
        // The third extent: frame 3, all zeros, ten clusters of device 2 from 0 to 9.
        byte[] third = [3, 0, 0, 0, 2, 1, 10, 0, 0, 0, 0, 0, 9, 0, 0, 0];
        Assert.Equal(third, map.Slice(12 + 2 * 16, 16));
    }

    [Fact]
    public void An_output_that_fails_ends_every_worker_with_its_own_error()
    {
        var output = new FailingStream(200_000);
        using var writer = new VmaWriter(output, new VmaWriterOptions { Compression = VmaCompression.Zstd(), ClustersPerExtent = 2, Parallelism = 4 });
        VmaDeviceWriter device = writer.AddDevice("disk", 100 * 65536);
        Assert.Throws<IOException>(() => writer.Copy(new Dictionary<VmaDeviceWriter, IBlockSource> { [device] = new MemoryDisk(Pattern.Full(100 * 65536)) }));
        Assert.Throws<InvalidOperationException>(() => writer.Commit());
    }

    private static byte[] Write(string form, byte[][] disks, int parallelism, int perExtent)
    {
        var output = new MemoryStream();
        var options = new VmaWriterOptions
        {
            Compression = FormOf(form),
            Parallelism = parallelism,
            ClustersPerExtent = perExtent,
            Uuid = Guid.Empty,
            CreationTime = DateTimeOffset.UnixEpoch
        };
        using var writer = new VmaWriter(output, options, leaveOpen: true);
        writer.Copy(disks.Select((disk, i) => (Device: writer.AddDevice($"disk{i}", disk.Length), Disk: disk))
            .ToDictionary(pair => pair.Device, pair => (IBlockSource)new MemoryDisk(pair.Disk)));
        writer.Commit();
        return output.ToArray();
    }

    private static VmaCompression FormOf(string form) => form switch
    {
        "zstd" => VmaCompression.Zstd(),
        "lzo" => VmaCompression.Lzo,
        "gzip" => VmaCompression.Gzip(1),
        _ => VmaCompression.None,
    };

    /// <summary>Text-like, random and zero blocks.</summary>
    private static byte[] Disk(int seed, int length)
    {
        var random = new Random(seed);
        var content = new byte[length];
        for (int at = 0; at < length; at += 4096)
        {
            Span<byte> block = content.AsSpan(at, Math.Min(4096, length - at));
            switch (random.Next(3))
            {
                case 0: random.NextBytes(block); break;
                case 1: block.Fill((byte)random.Next(1, 255)); break;
            }
        }

        return content;
    }
}
