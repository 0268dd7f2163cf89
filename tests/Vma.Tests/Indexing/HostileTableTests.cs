// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Vma.Format;
using Vma.Tests.Support;

namespace Vma.Tests.Indexing;

/// <summary>
/// Seek tables and cluster maps that lie. They stand beside the archive, so whatever they say, what is read is what its extents hold.
/// </summary>
public sealed class HostileTableTests
{
    private const int Cluster = ArchiveBuilder.Cluster;
    private const int MapHeader = 8 + 12;
    private static readonly byte[] First = Pattern.Patchy(40 * Cluster, new Random(11)), Second = Pattern.Full(9 * Cluster + 5);

    [Fact]
    public void A_changed_byte_of_the_tables_makes_no_disk_read_wrong() =>
        Property.ForSeeds(60, (random, seed) =>
        {
            byte[] archive = Archive();
            int tables = MapAt(archive);
            archive[tables + random.Next(archive.Length - tables)] ^= (byte)random.Next(1, 256);
            AssertReadsRight(archive);
        });

    [Fact]
    public void A_false_map_with_a_right_checksum_makes_no_disk_read_wrong() =>
        Property.ForSeeds(60, (random, seed) =>
        {
            byte[] archive = Archive();
            Span<byte> map = MapOf(archive);
            for (int i = random.Next(1, 4); i > 0; i--)
            {
                int entry = MapHeader + random.Next((map.Length - MapHeader - 4) / 16) * 16;
                switch (random.Next(4))
                {
                    case 0: map[entry + random.Next(16)] ^= (byte)(1 << random.Next(8)); break;
                    case 1: BinaryPrimitives.WriteUInt32LittleEndian(map[entry..], (uint)random.Next(12)); break;
                    case 2: BinaryPrimitives.WriteUInt32LittleEndian(map[(entry + 8)..], (uint)random.Next(45)); break;
                    default: BinaryPrimitives.WriteUInt32LittleEndian(map[(entry + 12)..], (uint)random.NextInt64(uint.MaxValue)); break;
                }
            }

            Sign(map);
            AssertReadsRight(archive);
        });

    [Fact]
    public void A_map_with_two_entries_exchanged_makes_no_disk_read_wrong()
    {
        byte[] archive = Archive();
        Span<byte> map = MapOf(archive);
        Span<byte> frames = stackalloc byte[4];
        map.Slice(MapHeader, 4).CopyTo(frames);
        map.Slice(MapHeader + 16, 4).CopyTo(map[MapHeader..]);
        frames.CopyTo(map[(MapHeader + 16)..]);
        Sign(map);
        AssertReadsRight(archive);
    }

    [Theory]
    [InlineData(uint.MaxValue)]
    [InlineData(0x10000000u)]
    [InlineData(0u)]
    public void A_false_count_in_the_tables_makes_no_disk_read_wrong(uint count)
    {
        byte[] archive = Archive();
        BinaryPrimitives.WriteUInt32LittleEndian(archive.AsSpan(archive.Length - 9), count);
        AssertReadsRight(archive);
        archive = Archive();
        Span<byte> map = MapOf(archive);
        BinaryPrimitives.WriteUInt32LittleEndian(map[16..], count);
        Sign(map);
        AssertReadsRight(archive);
    }

    [Fact]
    public void False_lengths_in_the_seek_table_that_add_up_make_no_disk_read_wrong() =>
        Property.ForSeeds(40, (random, seed) =>
        {
            byte[] archive = Archive();
            int frames = (int)BinaryPrimitives.ReadUInt32LittleEndian(archive.AsSpan(archive.Length - 9));
            Span<byte> table = archive.AsSpan(archive.Length - 9 - frames * 8, frames * 8);
            int one = random.Next(frames), other = (one + random.Next(1, frames)) % frames;
            int field = random.Next(2) * 4;
            uint moved = Math.Min((uint)random.Next(1, 3000), BinaryPrimitives.ReadUInt32LittleEndian(table[(one * 8 + field)..]));
            Add(table[(one * 8 + field)..], unchecked(0u - moved));
            Add(table[(other * 8 + field)..], moved);
            AssertReadsRight(archive);

            static void Add(Span<byte> number, uint value) =>
                BinaryPrimitives.WriteUInt32LittleEndian(number, unchecked(BinaryPrimitives.ReadUInt32LittleEndian(number) + value));
        });

    [Fact]
    public void The_disks_read_right_without_tables()
    {
        byte[] archive = Archive();
        AssertReadsRight(archive[..MapAt(archive)]);
        AssertReadsRight(archive[..^1]);
    }

    [Fact]
    public void Clusters_out_of_order_are_found_without_a_map_that_is_of_use()
    {
        byte[] content = Pattern.Patchy(300 * Cluster, new Random(4));
        var output = new MemoryStream();
        using var writer = new VmaWriter(output, new VmaWriterOptions { Compression = VmaCompression.Zstd(1), ClustersPerExtent = 5 }, leaveOpen: true);
        VmaDeviceWriter device = writer.AddDevice("disk0", content.Length);
        int[] order = [.. Enumerable.Range(0, 300)];
        new Random(9).Shuffle(order);
        foreach (int cluster in order)
        {
            device.WriteCluster(cluster, content.AsSpan(cluster * Cluster, Cluster));
        }

        writer.Commit();
        using var archive = VmaArchive.Open(new MemoryStream(output.ToArray()), new VmaArchiveOptions { CacheBytes = 1 << 20 });
        var all = new byte[content.Length];
        archive.OpenDisk("disk0").ReadAt(0, all);
        Assert.True(content.AsSpan().SequenceEqual(all));
    }

    private static byte[] Archive() => ArchiveForms.Make("zst", [First, Second], perExtent: 6);

    private static int MapAt(byte[] archive)
    {
        int frames = (int)BinaryPrimitives.ReadUInt32LittleEndian(archive.AsSpan(archive.Length - 9));
        int table = archive.Length - 9 - frames * 8;
        return table - 8 - (int)BinaryPrimitives.ReadUInt32LittleEndian(archive.AsSpan(table + (frames - 1) * 8));
    }

    private static Span<byte> MapOf(byte[] archive)
    {
        int at = MapAt(archive);
        return archive.AsSpan(at, 8 + (int)BinaryPrimitives.ReadUInt32LittleEndian(archive.AsSpan(at + 4)));
    }

    private static void Sign(Span<byte> map) => BinaryPrimitives.WriteUInt32LittleEndian(map[^4..], Crc32C.Compute(map[8..^4]));

    private static void AssertReadsRight(byte[] file)
    {
        using var archive = VmaArchive.Open(new MemoryStream(file));
        foreach ((string name, byte[] content) in ((string, byte[])[])[("disk1", Second), ("disk0", First)])
        {
            VmaDisk disk = archive.OpenDisk(name);
            var buffer = new byte[content.Length];
            for (long at = 0; at < disk.Length;)
            {
                BlockStatus status = disk.StatusAt(at);
                Assert.False(status.ReadsAsZeroes && content.AsSpan((int)at, (int)status.Length).ContainsAnyExcept((byte)0));
                at += status.Length;
            }

            disk.ReadAt(0, buffer);
            Assert.True(content.AsSpan().SequenceEqual(buffer), name);
        }
    }
}
