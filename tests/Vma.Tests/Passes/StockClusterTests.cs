// SPDX-License-Identifier: MIT

namespace Vma.Tests.Passes;

/// <summary>Odd archives in one zstd frame: what is in no order, twice or not there is told as in a plain archive.</summary>
public sealed class StockClusterTests : IDisposable
{
    private const int Clusters = 150;
    private const byte Id = 1;

    private readonly Scratch _scratch = new();

    [Fact]
    public void Clusters_in_no_order_are_found() => AssertSame(Disk(Enumerable.Range(0, Clusters).OrderBy(static cluster => cluster * 37 % Clusters)));

    [Fact]
    public void A_cluster_that_comes_twice_is_refused() => AssertSame(Disk(Enumerable.Range(0, Clusters).Append(7)), 7);

    [Fact]
    public void A_cluster_that_does_not_come_is_refused() => AssertSame(Disk(Enumerable.Range(0, Clusters).Where(static cluster => cluster != 99)), 99);

    [Fact]
    public void State_of_memory_ends_behind_its_last_cluster() =>
        AssertSame(Disk(Enumerable.Range(0, Clusters), "vmstate", 100_000_000));

    [Fact]
    public void An_archive_without_any_cluster_is_told_as_when_it_is_plain()
    {
        byte[] plain = [.. new ArchiveBuilder().Device(Id, "disk", 3 * ArchiveBuilder.Cluster).Build(), .. new byte[9 << 20]];
        foreach (byte[] bytes in (byte[][])[plain, Tool.Run("zstd -3 -c", plain)])
        {
            using var archive = VmaArchive.Open(_scratch.File("a", bytes));
            using VmaDisk disk = archive.OpenDisk(archive.Manifest.Devices[0]);
            VmaFault fault = Assert.Throws<VmaException>(() => disk.ReadAt(0, new byte[10])).Fault;
            Assert.Equal(VmaFaultCode.MissingClusters, fault.Code);
        }
    }

    public void Dispose() => _scratch.Dispose();

    private static byte[] Disk(IEnumerable<int> clusters, string name = "disk", ulong size = (ulong)Clusters * ArchiveBuilder.Cluster)
    {
        var builder = new ArchiveBuilder().Device(Id, name, size);
        foreach (int[] part in clusters.Chunk(11))
        {
            builder.Extent(extent => Array.ForEach(part, cluster => extent.Slot(Id, (uint)cluster, 0xffff)));
        }

        return builder.Build();
    }

    /// <summary>Each cluster is as in the plain archive, or refused in the same words, with the pass at its end and by the index.</summary>
    private void AssertSame(byte[] plain, params int[] refused)
    {
        string plainPath = _scratch.File("plain", plain);
        string path = _scratch.File("a", Tool.Run("zstd -3 -c", plain));
        var options = new VmaArchiveOptions { IndexDirectory = _scratch["index"] };
        using var expected = VmaArchive.Open(plainPath);
        using VmaDisk there = expected.OpenDisk(expected.Manifest.Devices[0]);
        for (int round = 0; round < 2; round++)
        {
            using var archive = VmaArchive.Open(path, options);
            Stock.IndexIn(_scratch["index"]);
            using VmaDisk disk = archive.OpenDisk(archive.Manifest.Devices[0]);
            Assert.Equal(there.Length, disk.Length);
            for (int cluster = 0; cluster < Clusters; cluster++)
            {
                (byte[]? right, VmaFault? fault) = Read(there, cluster);
                (byte[]? read, VmaFault? told) = Read(disk, cluster);
                Assert.Equal(refused.Contains(cluster), told is not null);
                Assert.Equal((fault?.Code, fault?.Cluster, fault?.Message), (told?.Code, told?.Cluster, told?.Message));
                Assert.Equal(right, read);
            }
        }
    }

    private static (byte[]? Bytes, VmaFault? Fault) Read(VmaDisk disk, int cluster)
    {
        var bytes = new byte[ArchiveBuilder.Cluster];
        Exception? failure = Record.Exception(() => disk.ReadAt(cluster * (long)ArchiveBuilder.Cluster, bytes));
        return failure is null ? (bytes, null) : (null, Assert.IsType<VmaException>(failure).Fault);
    }
}
