// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Disks;

/// <summary>What every source of blocks promises. One class per kind of source inherits it.</summary>
public abstract class BlockSourceContract
{
    private static readonly byte[] Content = Pattern.Patchy(3_000_001, new Random(1));

    /// <summary>A source of this content.</summary>
    protected abstract IBlockSource Open(byte[] content);

    [Fact]
    public void A_disk_is_as_long_as_its_content()
    {
        using IBlockSource source = Open(Content);
        Assert.Equal(Content.Length, source.Length);
        using IBlockSource empty = Open([]);
        Assert.Equal(0, empty.Length);
    }

    [Fact]
    public void Any_range_reads_as_its_content()
    {
        using IBlockSource source = Open(Content);
        Property.ForSeeds(100, random =>
        {
            int offset = random.Next(Content.Length);
            var buffer = new byte[random.Next(Math.Min(Content.Length - offset, 200_000) + 1)];
            source.ReadAt(offset, buffer);
            Assert.True(Content.AsSpan(offset, buffer.Length).SequenceEqual(buffer));
        });
    }

    [Fact]
    public void Several_threads_read_at_once()
    {
        using IBlockSource source = Open(Content);
        Parallel.For(0, 100, i =>
        {
            var buffer = new byte[10_000];
            source.ReadAt(i * 20_000, buffer);
            Assert.True(Content.AsSpan(i * 20_000, buffer.Length).SequenceEqual(buffer));
        });
    }

    [Fact]
    public void A_disks_status_covers_it_from_any_byte_and_calls_nothing_zero_that_is_not()
    {
        using IBlockSource source = Open(Content);
        for (long at = 0; at < source.Length;)
        {
            BlockStatus status = source.StatusAt(at);
            Assert.InRange(status.Length, 1, source.Length - at);
            Assert.False(status.ReadsAsZeroes && Content.AsSpan((int)at, (int)status.Length).ContainsAnyExcept((byte)0));
            at += Math.Min(status.Length, 77_777);
        }
    }
}
