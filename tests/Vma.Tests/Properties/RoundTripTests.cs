// SPDX-License-Identifier: MIT

using Vma.Disks;
using Vma.Tests.Support;

namespace Vma.Tests.Properties;

/// <summary>What comes out of an archive is what went into it.</summary>
[Slow]
public sealed class RoundTripTests
{
    [Fact]
    public void Clusters_that_several_threads_write_in_any_order_come_back() =>
        Property.ForSeeds(60, (random, seed) => RoundTrip(RandomDisks(random), random, seed, WriteInterleaved));

    [Fact]
    public void Disks_that_are_copied_whole_come_back() => Property.ForSeeds(60, (random, seed) => RoundTrip(RandomDisks(random), random, seed, Copy));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Large_disks_come_back(int seed) =>
        RoundTrip([Pattern.Patchy(64 << 20, new Random(seed)), Pattern.Patchy(9_999_999, new Random(seed))], new Random(seed), seed, seed == 1 ? Copy
            : WriteInterleaved);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(254)]
    public void The_fewest_and_the_most_disks_come_back(int count)
    {
        var random = new Random(count);
        byte[][] disks = [.. Enumerable.Range(0, count).Select(_ => Pattern.Patchy(random.Next(1, 2 * 65536), random))];
        RoundTrip(disks, random, count, WriteInterleaved);
        RoundTrip(disks, random, count, Copy);
    }

    [Fact]
    public void Copy_gives_the_same_archive_on_any_number_of_threads() =>
        Property.ForSeeds(15, random =>
        {
            byte[][] disks = RandomDisks(random);
            VmaWriterOptions options = RandomOptions(random);
            byte[] one = Write(disks, options with { Parallelism = 1 }, random, Copy);
            Assert.Equal(one, Write(disks, options with { Parallelism = 2 }, random, Copy));
            Assert.Equal(one, Write(disks, options with { Parallelism = 4 }, random, Copy));
        });

    private static void RoundTrip(byte[][] disks, Random random, int seed, Action<VmaWriter, byte[][], Random> fill)
    {
        VmaWriterOptions options = RandomOptions(random);
        byte[] archive = Write(disks, options, random, fill);
        Stream stream = random.Next(2) == 0 ? new MemoryStream(archive) : new ChunkedStream(archive, seed, random.Next(1, 100_000));
        Restored restored = Restored.From(stream, readsAsZeroes: random.Next(2) == 0);
        Assert.Equal(options.Uuid, restored.Manifest.Uuid);
        Assert.Equal(options.CreationTime.ToUnixTimeSeconds(), restored.Manifest.CreationTime);
        Assert.Equal((options.Seal, options.Seal), (restored.Report.Sealed, restored.Report.DataChecked));
        Assert.Equal(disks.Length, restored.Contents.Count);
        for (int i = 0; i < disks.Length; i++)
        {
            Assert.True(disks[i].AsSpan().SequenceEqual(restored.Contents[(byte)(i + 1)]), $"disk {i} of {disks[i].Length} bytes is another");
        }

        Assert.Empty(Restored.Verify(archive).Findings);
    }

    private static byte[] Write(byte[][] disks, VmaWriterOptions options, Random random, Action<VmaWriter, byte[][], Random> fill)
    {
        var output = new MemoryStream();
        using var writer = new VmaWriter(output, options);
        writer.AddConfig("qemu-server.conf", "name: x"u8);
        for (int i = 0; i < disks.Length; i++)
        {
            writer.AddDevice($"drive{i}", disks[i].Length);
        }

        fill(writer, disks, random);
        VmaWriteReport report = writer.Commit();
        Assert.Equal(output.Length, report.ArchiveBytes);
        return output.ToArray();
    }

    private static void Copy(VmaWriter writer, byte[][] disks, Random random) =>
        writer.Copy(writer.Devices.Zip(disks).ToDictionary(pair => pair.First, pair => (IBlockSource)new MemoryDisk(pair.Second)));

    private static void WriteInterleaved(VmaWriter writer, byte[][] disks, Random random)
    {
        (int Disk, int Cluster)[] all = [.. disks.SelectMany((disk, i) => Enumerable.Range(0, (disk.Length + 65535) / 65536).Select(cluster => (i, cluster)))];
        random.Shuffle(all);
        Parallel.ForEach(all, new ParallelOptions { MaxDegreeOfParallelism = 4 }, one =>
        {
            int at = one.Cluster * 65536;
            ReadOnlySpan<byte> data = disks[one.Disk].AsSpan(at, Math.Min(65536, disks[one.Disk].Length - at));
            if (data.ContainsAnyExcept((byte)0))
            {
                writer.Devices[one.Disk].WriteCluster(one.Cluster, data);
            }
            else
            {
                writer.Devices[one.Disk].WriteZeroes(one.Cluster);
            }
        });
    }

    private static VmaWriterOptions RandomOptions(Random random) => new()
    {
        CreationTime = DateTimeOffset.FromUnixTimeSeconds(random.NextInt64(1L << 33)),
        Seal = random.Next(2) == 0,
        ClustersPerExtent = random.Next(1, 60),
        Parallelism = random.Next(1, 5),
    };

    /// <summary>Mostly few and small disks, of any number of bytes.</summary>
    private static byte[][] RandomDisks(Random random) =>
        [.. Enumerable.Range(0, random.Next(10) == 0 ? random.Next(255) : random.Next(5))
            .Select(_ => Pattern.Patchy(1 + (int)(Math.Pow(2, random.NextDouble() * 20) * random.NextDouble()), random))];
}
