// SPDX-License-Identifier: MIT

using Vma.Disks;
using Vma.Tests.Support;

namespace Vma.Tests.Disks;

public sealed class ThrottledTargetTests : BlockTargetContract
{
    private readonly Dictionary<IBlockTarget, MemoryDisk> _inner = [];

    [Fact]
    public void Flush_and_disposal_reach_the_target_behind()
    {
        var inner = new GrowingDisk(10, readsAsZeroes: true);
        using IBlockTarget target = new Throttle(1000).LimitWrites(inner);
        target.Flush();
        Assert.Equal((1, 10, true), (inner.Flushes, target.Length, target.ReadsAsZeroes));
    }

    [Fact]
    public void Zeros_that_need_no_data_are_not_counted()
    {
        var disk = new MemoryDisk(Pattern.Full(100_000));
        var throttle = new Throttle(1);
        using IBlockTarget target = throttle.LimitWrites(disk);
        var ended = new CancellationToken(canceled: true); // A write that has to wait throws.
        target.WriteZeroesAt(10, 99_980, ended);
        Assert.Equal([.. Pattern.Full(100_000)[..10], .. new byte[99_980], .. Pattern.Full(100_000)[^10..]], disk.Content);
        Assert.Equal(TimeSpan.Zero, throttle.Reserve(0));
        Assert.Throws<OperationCanceledException>(() => target.WriteAt(0, [1], ended));
    }

    protected override IBlockTarget Open(byte[] content)
    {
        var inner = new MemoryDisk([.. content]);
        IBlockTarget target = new Throttle(long.MaxValue).LimitWrites(inner);
        lock (_inner)
        {
            _inner.Add(target, inner);
        }

        return target;
    }

    protected override byte[] ContentOf(IBlockTarget target) => _inner[target].Content;
}
