// SPDX-License-Identifier: MIT

using Vma.Indexing.Cache;
using Vma.Tests.Support;

namespace Vma.Tests.Indexing.Cache;

/// <summary>Decoded frames in bounded memory.</summary>
public sealed class FrameCacheTests
{
    private const int Length = 256 << 10; // as much as it takes

    [Fact]
    public void The_cache_stays_within_its_limit_and_gives_the_right_frames()
    {
        using var cache = new FrameCache(5 * Length, Decode, threads: 2);
        Workers.ForEach(Enumerable.Range(0, 200), i =>
        {
            using FrameCache.Lease lease = cache.Take(i * 7 % 40, Length);
            Assert.Null(lease.Fault);
            Assert.True(Start(lease).IndexOfAnyExcept((byte)(i * 7 % 40)) < 0);
        });
        Assert.InRange(cache.Bytes, 1, 5 * Length);
        Assert.False(new FrameCache(Length, Decode, threads: 2).Prefetch(1, Length));
    }

    [Fact]
    public void A_frame_that_failed_to_be_read_is_tried_again()
    {
        int tries = 0;
        using var cache = new FrameCache(Length, (index, plain) => tries++ == 0 ? throw new IOException("gone") : Decode(index, plain), threads: 2);
        Assert.Throws<IOException>(() => cache.Take(3, Length));
        using FrameCache.Lease lease = cache.Take(3, Length);
        Assert.Equal(3, Start(lease)[0]);
    }

    [Fact]
    public void A_frame_in_use_stays_whatever_else_is_read()
    {
        using var cache = new FrameCache(0, Decode, threads: 2);
        using FrameCache.Lease held = cache.Take(1, Length);
        for (int i = 2; i < 20; i++)
        {
            using FrameCache.Lease other = cache.Take(i, Length);
        }

        Assert.True(Start(held).IndexOfAnyExcept((byte)1) < 0);
        Assert.Equal(Length, cache.Bytes);
    }

    [Fact]
    public void A_frame_that_was_read_through_makes_room_for_others()
    {
        using var cache = new FrameCache(5 * Length, Decode, threads: 2);
        using (FrameCache.Lease lease = cache.Take(1, Length))
        {
            lease.CopyTo(0, new byte[Length / 2]);
        }

        Assert.True(cache.Contains(1));
        using (FrameCache.Lease lease = cache.Take(1, Length))
        {
            lease.CopyTo(Length / 2, new byte[Length / 2]);
            Assert.True(cache.Contains(1));
        }

        Assert.False(cache.Contains(1));
        Assert.Equal(0, cache.Bytes);
    }

    [Fact]
    public void What_is_decoded_for_later_leaves_half_of_the_room_to_others()
    {
        using var cache = new FrameCache(6 * Length, Decode, threads: 2);
        Assert.Equal([true, true, true, false], Enumerable.Range(1, 4).Select(index => cache.Prefetch(index, Length)));
        using FrameCache.Lease lease = cache.Take(1, Length);
        Assert.True(cache.Prefetch(4, Length));
    }

    [Fact]
    public void What_was_decoded_for_a_caller_that_went_makes_room_for_others()
    {
        using var cache = new FrameCache(8 * Length, Decode, threads: 2);
        foreach (int index in Enumerable.Range(0, 4))
        {
            Assert.True(cache.Prefetch(index, Length));
        }

        Assert.False(cache.Prefetch(4, Length));
        ReadThrough(200);
        Assert.False(cache.Prefetch(4, Length));
        ReadThrough(100);
        Assert.True(cache.Prefetch(4, Length));
        Assert.InRange(cache.Bytes, Length, 4 * Length);

        void ReadThrough(int count)
        {
            for (int i = 0; i < count; i++)
            {
                using FrameCache.Lease lease = cache.Take(50 + i % 50, Length);
                lease.CopyTo(0, new byte[Length]);
            }
        }
    }

    [Fact]
    public void A_frame_that_is_there_is_had_without_decoding_another()
    {
        using var busy = new ManualResetEventSlim();
        using var end = new ManualResetEventSlim();
        using var cache = new FrameCache(100 * Length, (index, plain) =>
        {
            if (index == 7)
            {
                busy.Set();
                Assert.True(end.Wait(TimeSpan.FromMinutes(1)));
            }

            return Decode(index, plain);
        }, threads: 2);
        using FrameCache.Lease first = cache.Take(1, Length);
        cache.Prefetch(7, Length);
        Assert.True(busy.Wait(TimeSpan.FromMinutes(1)));
        cache.Prefetch(8, Length); // waits for the one thread
        Workers.ForEach(Enumerable.Range(0, 200), _ =>
        {
            using FrameCache.Lease lease = cache.Take(1, Length);
            Assert.Equal(1, Start(lease)[0]);
        });
        Assert.False(cache.IsDecoded(8));
        end.Set();
    }

    [Fact]
    public void A_cache_is_closed_when_nothing_is_decoded_any_more()
    {
        int begun = 0, ended = 0;
        var cache = new FrameCache(100 * Length, (index, plain) =>
        {
            Interlocked.Increment(ref begun);
            Thread.Sleep(10);
            string? fault = Decode(index, plain);
            Interlocked.Increment(ref ended);
            return fault;
        }, threads: 2);
        foreach (int index in Enumerable.Range(0, 40))
        {
            cache.Prefetch(index, Length);
        }

        cache.Dispose();
        int atClose = begun;
        Assert.Equal(atClose, ended);
        Thread.Sleep(50);
        Assert.Equal(atClose, begun);
    }

    [Fact]
    public void A_thread_that_waits_for_a_frame_decodes_the_next_one_meanwhile()
    {
        var decodedBy = new int[3];
        using var begun = new ManualResetEventSlim();
        using var end = new ManualResetEventSlim();
        using var cache = new FrameCache(100 * Length, (index, plain) =>
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
        cache.Prefetch(1, Length);
        Assert.True(begun.Wait(TimeSpan.FromMinutes(1)));
        cache.Prefetch(2, Length);

        // The one thread waits until frame 2 is decoded, which only this one can do.
        using FrameCache.Lease lease = cache.Take(1, Length);
        Assert.Equal(Environment.CurrentManagedThreadId, decodedBy[2]);
        Assert.NotEqual(Environment.CurrentManagedThreadId, decodedBy[1]);
        Assert.Equal(1, Start(lease)[0]);
    }

    private static byte[] Start(FrameCache.Lease lease)
    {
        var content = new byte[Length / 10];
        lease.CopyTo(0, content);
        return content;
    }

    private static string? Decode(int index, byte[] plain)
    {
        plain.AsSpan(0, Length).Fill((byte)index);
        return null;
    }
}
