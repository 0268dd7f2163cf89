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
        using IBlockTarget target = new Throttle(1).LimitWrites(new MemoryDisk(100_000));
        target.WriteZeroesAt(0, 100_000);
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
