// SPDX-License-Identifier: MIT

using Vma.Tests.Support;
using static Vma.Testing.ArchiveBuilder;

namespace Vma.Tests.Reading;

/// <summary>Findings that lie side by side are told as one range, whatever the order in which several threads come upon them.</summary>
public sealed class NeighbourTests
{
    private static readonly VmaDevice Disk = new(1, "disk", 100 * Cluster);

    [Fact]
    public void Clusters_side_by_side_become_one_range()
    {
        VmaFault both = At(5, 300).Join(At(4, 900))!;
        Assert.Equal((300L, (long?)4, 2L, (long?)4 * Cluster, (long?)2 * Cluster, 2L),
            (both.Offset, both.Cluster, both.ClusterCount, both.DiskOffset, both.DiskLength, both.Count));
        Assert.Contains("clusters 4 to 5 (disk bytes 262144 to 393215)", both.ToString(), StringComparison.Ordinal);
        Assert.Equal(3, both.Join(At(6, 100))!.ClusterCount);
    }

    [Fact]
    public void Others_stay_apart()
    {
        Assert.Null(At(4, 0).Join(At(6, 0)));
        Assert.Null(At(4, 0).Join(At(4, 0)));
        Assert.Null(At(4, 0).Join(At(5, 0) with { Message = "another" }));
        Assert.Null(At(4, 0).Join(At(5, 0) with { DeviceId = 2 }));
        Assert.Null(At(4, 0).Join(At(5, 0) with { Code = VmaFaultCode.DataCut }));
        Assert.Null(new VmaFault(VmaFaultCode.ExtentMagic, 1, "a").Join(new VmaFault(VmaFaultCode.ExtentMagic, 2, "a")));
    }

    [Fact]
    public void Holes_that_go_on_in_the_next_cluster_are_one_range()
    {
        byte[] archive = new ArchiveBuilder().Device(1, "disk", 20 * Cluster).Extent(extent =>
            Array.ForEach([.. Enumerable.Range(0, 20)], cluster => extent.Slot(1, (uint)cluster, 0xffff, zeroes: cluster is > 4 and < 15))).Build();
        VmaReadReport report = Restored.Verify(archive);
        VmaFault finding = Assert.Single(report.Findings);
        Assert.Equal((10L, 10L, (long?)5, 10L), (report.Warnings, finding.Count, finding.Cluster, finding.ClusterCount));
    }

    [Fact]
    public void A_report_does_not_depend_on_the_order()
    {
        byte[] sound = new ArchiveBuilder { Sealed = true }.WholeDisk(1, "disk", 700).Build();
        byte[] archive = [.. sound];
        for (int at = 20_000; at < archive.Length - 100_000; at += 60_000)
        {
            archive[at] ^= 1; // nearly each cluster has a wrong byte, in all extents
        }

        VmaReadReport one = Verify(archive, 1);
        Assert.InRange(one.Findings.Count, 1, 60);
        Assert.Equal(one.Errors, one.Findings.Sum(finding => finding.Count));
        for (int round = 0; round < 5; round++)
        {
            Assert.Equal(one.Findings, Verify(archive, 4).Findings);
        }
    }

    [Fact]
    public void Extents_without_their_seals_are_told_once()
    {
        byte[] archive = new ArchiveBuilder { PromisesSeals = true }.WholeDisk(1, "disk", 58 * 9).Build();
        VmaReadReport report = Restored.Verify(archive);
        VmaFault finding = Assert.Single(report.Findings, one => one.Code == VmaFaultCode.SealMissing);
        Assert.Equal(9, finding.Count);
        Assert.Contains("offset 12800 and 8 more: ", finding.ToString(), StringComparison.Ordinal);
    }

    private static VmaReadReport Verify(byte[] archive, int threads)
    {
        using var reader = new VmaReader(new MemoryStream(archive));
        return VmaVerify.Run(reader, new VmaVerifyOptions { Parallelism = threads });
    }

    private static VmaFault At(long cluster, long offset) => new VmaFault(VmaFaultCode.DataChecksum, offset, "wrong").At(Disk, cluster);
}
