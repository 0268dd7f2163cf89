// SPDX-License-Identifier: MIT

using Vma.Disks;
using Vma.Tests.Support;

namespace Vma.Tests.Writing;

public sealed class WriterMisuseTests : IDisposable
{
    private readonly MemoryStream _output = new();
    private readonly VmaWriter _writer;

    public WriterMisuseTests() => _writer = new VmaWriter(_output);

    [Fact]
    public void Nothing_is_declared_after_the_first_cluster()
    {
        VmaDeviceWriter disk = _writer.AddDevice("disk", 65537);
        disk.WriteZeroes(0);
        Assert.Throws<InvalidOperationException>(() => _writer.AddConfig("late", []));
        Assert.Throws<InvalidOperationException>(() => _writer.AddDevice("late", 1));
        disk.WriteZeroes(1);
        _writer.Commit();
        Assert.Single(Restored.From(_output.ToArray()).Contents);
    }

    [Fact]
    public void A_cluster_is_written_once()
    {
        VmaDeviceWriter disk = _writer.AddDevice("disk", 65536);
        disk.WriteCluster(0, Pattern.Full(65536));
        Assert.Throws<InvalidOperationException>(() => disk.WriteCluster(0, Pattern.Full(65536)));
        Assert.Throws<InvalidOperationException>(() => disk.WriteZeroes(0));
        _writer.Commit();
        Assert.Equal(Pattern.Full(65536), Restored.From(_output.ToArray()).Contents[1]);
    }

    [Theory]
    [InlineData(0, 65535)]
    [InlineData(0, 65537)]
    [InlineData(0, 0)]
    [InlineData(1, 65536)]
    [InlineData(1, 99)]
    public void A_cluster_has_the_bytes_that_are_before_the_end_of_the_disk(int cluster, int length)
    {
        VmaDeviceWriter disk = _writer.AddDevice("disk", 65536 + 100);
        Assert.Throws<ArgumentException>(() => disk.WriteCluster(cluster, new byte[length]));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    [InlineData(1L << 32)]
    [InlineData(long.MaxValue - 1)]
    public void A_cluster_that_is_not_on_the_disk_is_refused_and_not_counted(long cluster)
    {
        VmaDeviceWriter disk = _writer.AddDevice("disk", 2 * 65536);
        disk.WriteZeroes(0);
        Assert.ThrowsAny<ArgumentException>(() => disk.WriteCluster(cluster, new byte[65536]));
        Assert.ThrowsAny<ArgumentException>(() => disk.WriteZeroes(cluster));
        Assert.Contains("lacks 1 clusters from 1 on", Assert.Throws<InvalidOperationException>(() => _writer.Commit()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Commit_needs_every_cluster()
    {
        VmaDeviceWriter disk = _writer.AddDevice("disk", 10 * 65536);
        disk.WriteZeroes(0, 5);
        disk.WriteZeroes(8, 2);
        Assert.Contains("'disk' lacks 3 clusters from 5 on", Assert.Throws<InvalidOperationException>(() =>
            _writer.Commit()).Message, StringComparison.Ordinal);
        disk.WriteZeroes(5, 3);
        _writer.Commit();
    }

    [Fact]
    public void An_archive_of_nothing_is_refused() => Assert.Throws<InvalidOperationException>(() => _writer.Commit());

    [Fact]
    public void Nothing_follows_the_commit()
    {
        VmaDeviceWriter disk = _writer.AddDevice("vmstate", 65536);
        _writer.Commit();
        Assert.Throws<InvalidOperationException>(() => _writer.Commit());
        Assert.Throws<InvalidOperationException>(() => disk.WriteZeroes(0));
        Assert.Throws<InvalidOperationException>(() => _writer.AddConfig("late", []));
    }

    [Fact]
    public void Nothing_follows_the_disposal()
    {
        VmaDeviceWriter disk = _writer.AddDevice("disk", 65536);
        _writer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => disk.WriteZeroes(0));
        Assert.Throws<ObjectDisposedException>(() => _writer.Commit());
        Assert.Throws<ObjectDisposedException>(() => _writer.AddDevice("late", 1));
        _writer.Dispose();
    }

    [Fact]
    public void Disposal_without_commit_leaves_no_archive_that_verifies()
    {
        VmaDeviceWriter disk = _writer.AddDevice("disk", 60 * 65536);
        disk.WriteZeroes(0, 60);
        _writer.Dispose();
        Assert.True(Restored.Verify(_output.ToArray()).Errors > 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_stream_is_closed_unless_it_was_to_stay_open(bool leaveOpen)
    {
        new VmaWriter(_output, leaveOpen: leaveOpen).Dispose();
        Assert.Equal(leaveOpen, _output.CanWrite);
    }

    [Fact]
    public void What_does_not_fit_an_archive_is_refused_and_the_rest_is_written()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _writer.AddDevice("none", 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _writer.AddDevice("huge", (1L << 48) + 1));
        Assert.ThrowsAny<ArgumentException>(() => _writer.AddConfig("large", new byte[65536]));
        Assert.ThrowsAny<ArgumentException>(() => _writer.AddDevice(new string('x', 65535), 1));
        _writer.AddConfig("largest", new byte[65535]);
        for (int i = 0; i < 254; i++)
        {
            Assert.Equal(i + 1, _writer.AddDevice($"disk{i}", 1).Device.Id);
        }

        Assert.ThrowsAny<ArgumentException>(() => _writer.AddDevice("disk254", 1));
        Assert.All(_writer.Devices, device => device.WriteZeroes(0));
        _writer.Commit();
        Restored restored = Restored.From(_output.ToArray());
        Assert.Equal((254, 1), (restored.Contents.Count, restored.Manifest.Configs.Count));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public void Clusters_per_extent_are_1_to_59(int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new VmaWriterOptions { ClustersPerExtent = count });

    [Fact]
    public void Parallelism_is_at_least_1() => Assert.Throws<ArgumentOutOfRangeException>(() => new VmaWriterOptions { Parallelism = 0 });

    [Fact]
    public void Copy_takes_disks_of_its_own_devices_that_are_no_longer_than_they_are()
    {
        VmaDeviceWriter disk = _writer.AddDevice("disk", 100);
        using var other = new VmaWriter(new MemoryStream());
        VmaDeviceWriter foreign = other.AddDevice("disk", 100);
        Assert.Throws<ArgumentException>(() => _writer.Copy(new Dictionary<VmaDeviceWriter, IBlockSource> { [disk] = new MemoryDisk(101) }));
        Assert.Throws<ArgumentException>(() => _writer.Copy(new Dictionary<VmaDeviceWriter, IBlockSource> { [foreign] = new MemoryDisk(100) }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void After_a_copy_onto_clusters_that_were_written_before_nothing_can_be_committed(int written)
    {
        VmaDeviceWriter disk = _writer.AddDevice("disk", 3 * 65536);
        disk.WriteZeroes(written);
        Dictionary<VmaDeviceWriter, IBlockSource> disks = new() { [disk] = new MemoryDisk(Pattern.Full(3 * 65536)) };
        Assert.Throws<InvalidOperationException>(() => _writer.Copy(disks));
        Assert.Throws<InvalidOperationException>(() => _writer.Commit());
    }

    public void Dispose() => _writer.Dispose();
}
