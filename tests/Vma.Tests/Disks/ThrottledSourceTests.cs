// SPDX-License-Identifier: MIT

using Vma.Disks;
using Vma.Tests.Support;

namespace Vma.Tests.Disks;

public sealed class ThrottledSourceTests : BlockSourceContract
{
    [Fact]
    public void A_read_beyond_the_limit_waits_until_it_is_cancelled()
    {
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        using IBlockSource source = new Throttle(1).LimitReads(new MemoryDisk(100_000));
        Assert.Throws<OperationCanceledException>(() => source.ReadAt(0, new byte[100_000], cancelled.Token));
    }

    [Fact]
    public void What_is_known_without_reading_is_told_at_once()
    {
        using IBlockSource source = new Throttle(1).LimitReads(new HoledDisk(new byte[100_000], new Random(1), refusesHoles: true));
        Assert.True(source.StatusAt(0).ReadsAsZeroes);
    }

    protected override IBlockSource Open(byte[] content) => new Throttle(long.MaxValue).LimitReads(new MemoryDisk([.. content]));
}
