// SPDX-License-Identifier: MIT

using Vma.Compression;
using Vma.Indexing;
using Vma.Tests.Support;

namespace Vma.Tests.Indexing;

/// <summary>Memory does not follow the archive.</summary>
public sealed class BoundTests
{
    private const int Part = 100_000;

    [Fact]
    public void The_cache_stays_within_its_limit_and_gives_the_right_parts()
    {
        using var cache = new PieceCache(5 * Part, Decode);
        Workers.ForEach(Enumerable.Range(0, 200), i =>
        {
            using PieceCache.Lease lease = cache.Take(i * 7 % 40, Part);
            Assert.Null(lease.Fault);
            Assert.True(lease.Plain.IndexOfAnyExcept((byte)(i * 7 % 40)) < 0);
        });
        Assert.InRange(cache.Bytes, 1, 5 * Part);
        Assert.False(new PieceCache(Part, Decode).Prefetch(1, Part));
    }

    [Fact]
    public void A_part_that_failed_to_be_read_is_tried_again()
    {
        int tries = 0;
        using var cache = new PieceCache(Part, (int index, ref byte[] plain) => tries++ == 0 ? throw new IOException("gone") : Decode(index, ref plain));
        Assert.Throws<IOException>(() => cache.Take(3, Part));
        using PieceCache.Lease lease = cache.Take(3, Part);
        Assert.Equal(3, lease.Plain[0]);
    }

    [Fact]
    public void A_part_in_use_stays_whatever_else_is_read()
    {
        using var cache = new PieceCache(0, Decode);
        using PieceCache.Lease held = cache.Take(1, Part);
        for (int i = 2; i < 20; i++)
        {
            using PieceCache.Lease other = cache.Take(i, Part);
        }

        Assert.True(held.Plain.IndexOfAnyExcept((byte)1) < 0);
        Assert.Equal(Part, cache.Bytes);
    }

    [Fact]
    public void An_index_beyond_its_limit_is_refused()
    {
        // Every second cluster, then the others, so that no two that follow each other stand side by side.
        const int Clusters = 150_000;
        var builder = new ArchiveBuilder().Disk(1, "disk", (ulong)Clusters * 65536);
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
        byte[] archive = new ArchiveBuilder().Disk(1, "disk", 1UL << 48).Build();
        long before = GC.GetAllocatedBytesForCurrentThread();
        using var opened = VmaArchive.Open(new MemoryStream([.. archive, .. new byte[100]]));
        VmaDisk disk = opened.OpenDisk("disk");
        Assert.False(disk.StatusAt(1L << 40).ReadsAsZeroes);
        Assert.Throws<VmaException>(() => disk.ReadAt(1L << 40, new byte[1]));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
    }

    [Fact]
    public void A_piece_gives_its_memory_away_and_takes_other()
    {
        var piece = new Piece { PlainLength = 10 };
        piece.MakeRoom();
        byte[] memory = [], other = new byte[20];
        piece.SwapPlain(ref memory);
        piece.SwapPlain(ref other);
        Assert.Equal((10, 0), (memory.Length, other.Length));
    }

    private static string? Decode(int index, ref byte[] plain)
    {
        if (plain.Length < Part)
        {
            plain = new byte[Part];
        }

        plain.AsSpan().Fill((byte)index);
        return null;
    }
}
