// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Hostile;

/// <summary>From the table of docs/format.md: extents that are right in themselves, with clusters that do not belong there.</summary>
public sealed class BrokenClusterTests
{
    private const int Size = 2 * 65536 + 5000;
    private static readonly byte[] Content = Pattern.Full(Size);

    private static ReadOnlySpan<byte> At(int cluster) => Content.AsSpan(cluster * 65536, Math.Min(65536, Size - cluster * 65536));

    /// <summary>A disk of three clusters in one extent, then what the test adds in a second one.</summary>
    private static (byte[] Archive, ExtentDraft Second) With(Action<ExtentDraft> add)
    {
        ArchiveBuilder builder = new ArchiveBuilder().WholeDisk(1, "disk", Content);
        ExtentDraft second = builder.Extent();
        add(second);
        return (builder.Build(), second);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_cluster_that_comes_twice_is_found(int cluster)
    {
        (byte[] archive, ExtentDraft second) = With(extent => extent.Cluster(1, (uint)cluster, At(cluster)));
        Expect.OnlyDamage(archive, VmaFaultCode.DuplicateCluster, second.OffsetOfSlot(0), device: 1, cluster);
    }

    [Fact]
    public void A_zero_cluster_that_comes_twice_within_one_extent_is_found()
    {
        ArchiveBuilder builder = new ArchiveBuilder().Device(1, "disk", 65536);
        ExtentDraft extent = builder.Extent().Cluster(1, 0, []).Cluster(1, 0, []);
        Expect.OnlyDamage(builder.Build(), VmaFaultCode.DuplicateCluster, extent.OffsetOfSlot(1), device: 1, cluster: 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_cluster_that_never_comes_is_found(int missing)
    {
        ArchiveBuilder builder = new ArchiveBuilder().Device(1, "disk", Size);
        ExtentDraft extent = builder.Extent();
        foreach (int cluster in Enumerable.Range(0, 3).Where(cluster => cluster != missing))
        {
            extent.Cluster(1, (uint)cluster, At(cluster));
        }

        byte[] archive = builder.Build();
        VmaFault fault = Expect.OnlyDamage(archive, VmaFaultCode.MissingClusters, archive.Length, device: 1, missing);
        Assert.Equal(1, fault.ClusterCount);
    }

    [Fact]
    public void A_disk_of_which_nothing_came_lacks_all_of_its_clusters()
    {
        ArchiveBuilder builder = new ArchiveBuilder().Device(2, "lost", 1 << 20).WholeDisk(1, "disk", Content);
        byte[] archive = builder.Build();
        Assert.Equal(16, Expect.OnlyDamage(archive, VmaFaultCode.MissingClusters, archive.Length, device: 2, cluster: 0).ClusterCount);
    }

    [Theory]
    [InlineData(3u, false)]
    [InlineData(3u, true)]
    [InlineData(uint.MaxValue, false)]
    [InlineData(uint.MaxValue, true)]
    public void A_cluster_past_the_end_of_its_disk_is_found(uint cluster, bool withData)
    {
        (byte[] archive, ExtentDraft second) = With(extent => extent.Stored(1, cluster, (ushort)(withData ? 0xffff : 0), Pattern.Full(65536)));
        Expect.OnlyDamage(archive, VmaFaultCode.ClusterPastEnd, second.OffsetOfSlot(0), device: 1, cluster);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(255)]
    public void An_unknown_device_is_found(byte device)
    {
        (byte[] archive, ExtentDraft second) = With(extent => extent.Unused().Cluster(device, 5, Pattern.Full(100)));
        Expect.OnlyDamage(archive, VmaFaultCode.UnknownDevice, second.OffsetOfSlot(1), device, cluster: 5);
    }

    [Theory]
    [InlineData(0x0004)]
    [InlineData(0x8003)]
    [InlineData(0x7fff)]
    public void A_stored_block_wholly_past_the_end_of_the_disk_is_found(int mask)
    {
        // The last cluster ends in its second block.
        ArchiveBuilder builder = new ArchiveBuilder().Device(1, "disk", Size);
        ExtentDraft extent = builder.Extent().Cluster(1, 0, At(0)).Cluster(1, 1, At(1)).Stored(1, 2, (ushort)mask, Pattern.Full(65536));
        Expect.Damage(builder.Build(), VmaFaultCode.BlockPastEnd, extent.OffsetOfSlot(2), device: 1, cluster: 2);
    }

    [Theory]
    [InlineData(new uint[] { 1 }, 0)]
    [InlineData(new uint[] { 0, 2 }, 1)]
    [InlineData(new uint[] { 0, 1, 1 }, 2)]
    [InlineData(new uint[] { 0, 1, 0 }, 2)]
    public void RAM_state_out_of_order_is_found(uint[] clusters, int wrong)
    {
        ArchiveBuilder builder = new ArchiveBuilder().Device(1, "vmstate", 3 * 65536);
        ExtentDraft extent = builder.Extent();
        foreach (uint cluster in clusters)
        {
            extent.Cluster(1, cluster, At(0));
        }

        Expect.OnlyDamage(builder.Build(), VmaFaultCode.MemoryStateOrder, extent.OffsetOfSlot(wrong), device: 1, clusters[wrong]);
    }

    [Fact]
    public void Data_of_a_bad_slot_does_not_shift_that_of_the_others()
    {
        ArchiveBuilder builder = new ArchiveBuilder { Sealed = true }.Device(1, "disk", Size);
        builder.Extent().Cluster(9, 0, Pattern.Full(65536)).Cluster(1, 0, At(0)).Cluster(1, 7, At(0)).Cluster(1, 1, At(1)).Cluster(1, 2, At(2));
        VmaReadReport report = Restored.Verify(builder.Build());
        Assert.Equal([VmaFaultCode.UnknownDevice, VmaFaultCode.ClusterPastEnd], report.Findings.Select(finding => finding.Code));
        Assert.Equal((3, 0, 0), (report.Devices[0].Clusters, report.Devices[0].MissingClusters, report.Devices[0].DamagedClusters));
    }
}
