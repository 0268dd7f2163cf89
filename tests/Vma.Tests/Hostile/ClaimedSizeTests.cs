// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Hostile;

/// <summary>From the table of docs/format.md, and the limits above it: sizes that an archive claims and does not back up with bytes.</summary>
[Collection(nameof(Alone))]
public sealed class ClaimedSizeTests
{
    private const ulong Largest = 1UL << 48;
    private const int FirstSizeAt = 4096 + 32 + 8;
    private static readonly byte[] Content = Pattern.Full(65536);

    [Theory]
    [InlineData(Largest + 1)]
    [InlineData((ulong)long.MaxValue)]
    [InlineData(ulong.MaxValue)]
    public void A_device_that_clusters_cannot_address_is_shown_and_not_restored(ulong size)
    {
        ArchiveBuilder builder = new ArchiveBuilder().Device(1, "huge", size).WholeDisk(2, "disk", Content);
        byte[] archive = builder.Build();
        using var reader = new VmaReader(new MemoryStream(archive));
        VmaDevice huge = reader.Manifest.Devices[0];
        Assert.Equal(size, huge.DeclaredSize);
        VmaFault finding = Assert.Single(reader.Manifest.Findings);
        Assert.Equal((VmaFaultCode.DeviceTooLarge, (long)FirstSizeAt, VmaSeverity.Error, (byte?)1),
            (finding.Code, finding.Offset, finding.Severity, finding.DeviceId));
        Assert.Contains(finding, Restored.Verify(archive).Findings);

        var target = new GrowingDisk(long.MaxValue, readsAsZeroes: true);
        Dictionary<VmaDevice, IBlockTarget> targets = new() { [huge] = target };
        Assert.Equal(finding, Assert.Throws<VmaException>(() => VmaExtract.Run(reader, targets)).Fault);
        Assert.Empty(target.Content(0));
    }

    [Fact]
    public void The_other_disks_beside_a_claimed_size_are_restored()
    {
        using var reader = new VmaReader(new MemoryStream(new ArchiveBuilder().Device(1, "huge", ulong.MaxValue).WholeDisk(2, "disk", Content).Build()));
        var target = new GrowingDisk(Content.Length);
        VmaExtract.Run(reader, new Dictionary<VmaDevice, IBlockTarget> { [reader.Manifest.Devices[1]] = target });
        Assert.Equal(Content, target.Content(Content.Length));
    }

    [Fact]
    public void A_small_file_that_claims_256_TiB_costs_neither_memory_nor_time()
    {
        var builder = new ArchiveBuilder();
        for (byte id = 1; id < 255; id++)
        {
            builder.Device(id, $"disk{id}", Largest);
        }

        builder.Extent().Cluster(1, uint.MaxValue, Content).Cluster(1, 1u << 31, Content);
        byte[] archive = builder.Build();
        long before = GC.GetTotalAllocatedBytes(precise: true);
        VmaReadReport report = Restored.Verify(archive);
        Assert.True(GC.GetTotalAllocatedBytes(precise: true) - before < 64 << 20, "memory followed the claimed size");
        Assert.Equal([(0L, 1L << 31), ((1L << 31) + 1, (1L << 31) - 2)], report.Findings.Where(finding => finding.DeviceId == 1)
            .Select(finding => (finding.Cluster!.Value, finding.ClusterCount)));
        Assert.Equal(255, report.Errors);
    }

    [Fact]
    public void The_last_cluster_of_the_largest_disk_is_restored_where_it_belongs()
    {
        ArchiveBuilder builder = new ArchiveBuilder().Device(1, "disk", Largest);
        builder.Extent().Cluster(1, uint.MaxValue, Content);
        using var reader = new VmaReader(new MemoryStream(builder.Build()));
        Assert.True(reader.ReadCluster(out VmaCluster cluster));
        Assert.Equal(((long)Largest - 65536, 65536), (cluster.DiskOffset, cluster.Length));
        Assert.Equal(VmaFaultCode.MissingClusters, Assert.Throws<VmaException>(() => reader.ReadCluster(out _)).Fault.Code);
    }

    [Fact]
    public void A_report_keeps_a_bounded_number_of_findings_and_counts_the_others()
    {
        ArchiveBuilder builder = new ArchiveBuilder().Device(1, "disk", 65536);
        builder.Extent().Cluster(1, 0, []);
        for (int i = 0; i < 200; i++)
        {
            ExtentDraft extent = builder.Extent();
            for (int slot = 0; slot < ExtentDraft.Slots; slot++)
            {
                extent.Cluster(1, 0, []);
            }
        }

        VmaReadReport report = Restored.Verify(builder.Build());
        Assert.Equal((VmaReadReport.MaxFindings, 200L * ExtentDraft.Slots), (report.Findings.Count, report.Errors));
    }

    [Fact]
    public void Clusters_scattered_over_a_huge_disk_are_kept_track_of_in_bounded_memory()
    {
        ArchiveBuilder builder = new ArchiveBuilder().Device(1, "disk", Largest);
        for (uint extent = 0, cluster = 0; extent < 12_000; extent++)
        {
            ExtentDraft draft = builder.Extent();
            for (int slot = 0; slot < ExtentDraft.Slots; slot++, cluster += 1024)
            {
                draft.Cluster(1, cluster, []);
            }
        }

        using var reader = new VmaReader(new MemoryStream(builder.Build()));
        VmaReadReport report = VmaVerify.Run(reader);
        Assert.Contains(report.Findings, finding => finding.Code == VmaFaultCode.TooScattered);
        Assert.InRange(report.Devices[0].Clusters, 500_000, 12_000 * ExtentDraft.Slots - 1);
    }
}
