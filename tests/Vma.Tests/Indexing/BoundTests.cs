// SPDX-License-Identifier: MIT

using Vma.Compression;
using Vma.Indexing;
using Vma.Tests.Support;

namespace Vma.Tests.Indexing;

/// <summary>Memory does not follow the archive.</summary>
public sealed class BoundTests
{
    private const int Part = 256 << 10; // as much as it takes

    [Fact]
    public void The_cache_stays_within_its_limit_and_gives_the_right_parts()
    {
        using var cache = new PieceCache(5 * Part, Decode, threads: 2);
        Workers.ForEach(Enumerable.Range(0, 200), i =>
        {
            using PieceCache.Lease lease = cache.Take(i * 7 % 40, Part);
            Assert.Null(lease.Fault);
            Assert.True(Start(lease).IndexOfAnyExcept((byte)(i * 7 % 40)) < 0);
        });
        Assert.InRange(cache.Bytes, 1, 5 * Part);
        Assert.False(new PieceCache(Part, Decode, threads: 2).Prefetch(1, Part));
    }

    [Fact]
    public void A_part_that_failed_to_be_read_is_tried_again()
    {
        int tries = 0;
        using var cache = new PieceCache(Part, (index, plain) => tries++ == 0 ? throw new IOException("gone") : Decode(index, plain), threads: 2);
        Assert.Throws<IOException>(() => cache.Take(3, Part));
        using PieceCache.Lease lease = cache.Take(3, Part);
        Assert.Equal(3, Start(lease)[0]);
    }

    [Fact]
    public void A_part_in_use_stays_whatever_else_is_read()
    {
        using var cache = new PieceCache(0, Decode, threads: 2);
        using PieceCache.Lease held = cache.Take(1, Part);
        for (int i = 2; i < 20; i++)
        {
            using PieceCache.Lease other = cache.Take(i, Part);
        }

        Assert.True(Start(held).IndexOfAnyExcept((byte)1) < 0);
        Assert.Equal(Part, cache.Bytes);
    }

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

    [Fact]
    public void A_part_that_was_read_through_makes_room_for_others()
    {
        using var cache = new PieceCache(5 * Part, Decode, threads: 2);
        using (PieceCache.Lease lease = cache.Take(1, Part))
        {
            lease.CopyTo(0, new byte[Part / 2]);
        }

        Assert.True(cache.Contains(1));
        using (PieceCache.Lease lease = cache.Take(1, Part))
        {
            lease.CopyTo(Part / 2, new byte[Part / 2]);
            Assert.True(cache.Contains(1));
        }

        Assert.False(cache.Contains(1));
        Assert.Equal(0, cache.Bytes);
    }

    [Fact]
    public void What_is_decoded_for_later_leaves_half_of_the_room_to_others()
    {
        using var cache = new PieceCache(6 * Part, Decode, threads: 2);
        Assert.Equal([true, true, true, false], Enumerable.Range(1, 4).Select(index => cache.Prefetch(index, Part)));
        using PieceCache.Lease lease = cache.Take(1, Part);
        Assert.True(cache.Prefetch(4, Part));
    }

    [Fact]
    public void What_was_decoded_for_somebody_who_went_makes_room_for_others()
    {
        using var cache = new PieceCache(8 * Part, Decode, threads: 2);
        foreach (int index in Enumerable.Range(0, 4))
        {
            Assert.True(cache.Prefetch(index, Part));
        }

        Assert.False(cache.Prefetch(4, Part));
        ReadThrough(200);
        Assert.False(cache.Prefetch(4, Part));
        ReadThrough(100);
        Assert.True(cache.Prefetch(4, Part));
        Assert.InRange(cache.Bytes, Part, 4 * Part);

        void ReadThrough(int count)
        {
            for (int i = 0; i < count; i++)
            {
                using PieceCache.Lease lease = cache.Take(50 + i % 50, Part);
                lease.CopyTo(0, new byte[Part]);
            }
        }
    }

    [Fact]
    public void A_part_that_is_there_is_had_without_decoding_another()
    {
        using var busy = new ManualResetEventSlim();
        using var end = new ManualResetEventSlim();
        using var cache = new PieceCache(100 * Part, (index, plain) =>
        {
            if (index == 7)
            {
                busy.Set();
                Assert.True(end.Wait(TimeSpan.FromMinutes(1)));
            }

            return Decode(index, plain);
        }, threads: 2);
        using PieceCache.Lease first = cache.Take(1, Part);
        cache.Prefetch(7, Part);
        Assert.True(busy.Wait(TimeSpan.FromMinutes(1)));
        cache.Prefetch(8, Part); // waits for the one thread
        Workers.ForEach(Enumerable.Range(0, 200), _ =>
        {
            using PieceCache.Lease lease = cache.Take(1, Part);
            Assert.Equal(1, Start(lease)[0]);
        });
        Assert.False(cache.IsDecoded(8));
        end.Set();
    }

    [Fact]
    public void A_cache_is_closed_when_nothing_is_decoded_any_more()
    {
        int begun = 0, ended = 0;
        var cache = new PieceCache(100 * Part, (index, plain) =>
        {
            Interlocked.Increment(ref begun);
            Thread.Sleep(10);
            string? fault = Decode(index, plain);
            Interlocked.Increment(ref ended);
            return fault;
        }, threads: 2);
        foreach (int index in Enumerable.Range(0, 40))
        {
            cache.Prefetch(index, Part);
        }

        cache.Dispose();
        int atClose = begun;
        Assert.Equal(atClose, ended);
        Thread.Sleep(50);
        Assert.Equal(atClose, begun);
    }

    [Fact]
    public void Who_waits_for_a_part_decodes_the_next_one_meanwhile()
    {
        var decodedBy = new int[3];
        using var begun = new ManualResetEventSlim();
        using var end = new ManualResetEventSlim();
        using var cache = new PieceCache(100 * Part, (index, plain) =>
        {
            decodedBy[index] = Environment.CurrentManagedThreadId;
            if (index == 1)
            {
                begun.Set();
                Assert.True(end.Wait(TimeSpan.FromMinutes(1)));
            }
            else
            {
                end.Set();
            }

            return Decode(index, plain);
        }, threads: 2);
        cache.Prefetch(1, Part);
        Assert.True(begun.Wait(TimeSpan.FromMinutes(1)));
        cache.Prefetch(2, Part);

        // The one thread waits until part 2 is decoded, which only this one can do.
        using PieceCache.Lease lease = cache.Take(1, Part);
        Assert.Equal(Environment.CurrentManagedThreadId, decodedBy[2]);
        Assert.NotEqual(Environment.CurrentManagedThreadId, decodedBy[1]);
        Assert.Equal(1, Start(lease)[0]);
    }

    private static byte[] Start(PieceCache.Lease lease)
    {
        var content = new byte[Part / 10];
        lease.CopyTo(0, content);
        return content;
    }

    private static string? Decode(int index, byte[] plain)
    {
        plain.AsSpan(0, Part).Fill((byte)index);
        return null;
    }
}
