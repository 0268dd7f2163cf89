// SPDX-License-Identifier: MIT

using Vma.Qemu.Backup;

namespace Vma.Qemu.Tests.Backup;

public sealed class DeviceTargetTests
{
    private const int Cluster = 65_536;
    private const long Size = 5 * Cluster + 1536;

    private readonly byte[] _disk = new byte[Size];

    public DeviceTargetTests() => new Random(1).NextBytes(_disk);

    [Fact]
    public void Whole_clusters_in_any_order_make_the_disk() => AssertMakes(sink =>
    {
        sink.WriteAt(5 * Cluster, _disk.AsSpan(5 * Cluster));
        sink.WriteAt(0, _disk.AsSpan(0, Cluster));
        sink.WriteAt(2 * Cluster, _disk.AsSpan(2 * Cluster, 3 * Cluster));
        _disk.AsSpan(Cluster, Cluster).Clear();
        sink.WriteZeroesAt(Cluster, Cluster);
    });

    [Fact]
    public void Parts_of_clusters_are_put_together() => AssertMakes(sink =>
    {
        int seed = Random.Shared.Next();
        int[] sectors = [.. Enumerable.Range(0, (int)(Size / 512))];
        new Random(seed).Shuffle(sectors);
        foreach (int sector in sectors)
        {
            if (sector % 7 == 0)
            {
                _disk.AsSpan(sector * 512, 512).Clear();
                sink.WriteZeroesAt(sector * 512L, 512);
            }
            else
            {
                sink.WriteAt(sector * 512L, _disk.AsSpan(sector * 512, 512));
            }
        }
    });

    [Fact]
    public void Writes_across_clusters_are_split() => AssertMakes(sink =>
    {
        sink.WriteAt(0, _disk.AsSpan(0, Cluster + 4096));
        sink.WriteAt(Cluster + 4096, _disk.AsSpan(Cluster + 4096));
    });

    [Fact]
    public void A_cluster_that_comes_twice_is_an_error()
    {
        using var writer = new VmaWriter(new MemoryStream());
        using var sink = new DeviceTarget(writer.AddDevice("drive-scsi0", Size));
        sink.WriteAt(0, _disk.AsSpan(0, Cluster));
        Assert.Throws<IOException>(() => sink.WriteAt(0, _disk.AsSpan(0, Cluster)));
        Assert.NotNull(sink.Failure);
        Assert.Throws<InvalidOperationException>(() => writer.Commit());
    }

    [Fact]
    public void A_part_of_a_sector_is_an_error()
    {
        using var writer = new VmaWriter(new MemoryStream());
        using var sink = new DeviceTarget(writer.AddDevice("drive-scsi0", Size));
        Assert.Throws<IOException>(() => sink.WriteAt(3, _disk.AsSpan(0, 512)));
    }

    private void AssertMakes(Action<DeviceTarget> write)
    {
        using var archive = new MemoryStream();
        using (var writer = new VmaWriter(archive, leaveOpen: true))
        {
            using var sink = new DeviceTarget(writer.AddDevice("drive-scsi0", Size));
            write(sink);
            writer.Commit();
        }

        archive.Position = 0;
        using var opened = VmaArchive.Open(archive);
        using VmaDisk disk = opened.OpenDisk("drive-scsi0");
        var read = new byte[Size];
        disk.ReadAt(0, read);
        Assert.Equal(_disk, read);
    }
}
