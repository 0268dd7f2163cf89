// SPDX-License-Identifier: MIT

namespace Vma.Tests.Indexing;

/// <summary>Memory does not follow the archive.</summary>
public sealed class BoundTests
{
    [Fact]
    public void An_index_beyond_its_limit_is_refused()
    {
        // Every second cluster, then the others, so that no two that follow each other stand side by side.
        const int Clusters = 150_000;
        var builder = new ArchiveBuilder().Device(1, "disk", (ulong)Clusters * 65536);
        ExtentDraft? extent = null;
        byte[] block = [1];
        for (int i = 0; i < Clusters; i++)
        {
            extent = extent is null || extent.SlotCount == 59 ? builder.Extent() : extent;
            extent.Cluster(1, (uint)(i < Clusters / 2 ? i * 2 : (i - Clusters / 2) * 2 + 1), i % 50 == 0 ? block : []);
        }

        byte[] archive = builder.Build();
        VmaFault fault = Assert.Throws<VmaException>(() => VmaArchive.Open(new MemoryStream(archive), new VmaArchiveOptions { IndexBytes = 1 << 20 })).Fault;
        Assert.Equal(VmaFaultCode.TooScattered, fault.Code);
        using var opened = VmaArchive.Open(new MemoryStream(archive));
        Assert.Empty(opened.Findings);
    }

    [Fact]
    public void A_header_that_claims_the_largest_disk_costs_nothing()
    {
        byte[] archive = new ArchiveBuilder().Device(1, "disk", 1UL << 48).Build();
        long before = GC.GetAllocatedBytesForCurrentThread();
        using var opened = VmaArchive.Open(new MemoryStream([.. archive, .. new byte[100]]));
        VmaDisk disk = opened.OpenDisk("disk");
        Assert.False(disk.StatusAt(1L << 40).ReadsAsZeroes);
        Assert.Throws<VmaException>(() => disk.ReadAt(1L << 40, new byte[1]));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
    }
}
