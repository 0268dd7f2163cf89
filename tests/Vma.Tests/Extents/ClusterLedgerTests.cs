// SPDX-License-Identifier: MIT

using Vma.Extents;
using Vma.Tests.Support;

namespace Vma.Tests.Extents;

public sealed class ClusterLedgerTests
{
    [Fact]
    public void The_ledger_knows_the_marked_clusters_and_the_ranges_between_them() =>
        Property.ForSeeds(100, random =>
        {
            int count = random.Next(1, 6000);
            var ledger = new ClusterLedger(count);
            var marked = new bool[count];
            for (int i = random.Next(2 * count); i > 0; i--)
            {
                int first = random.Next(count);
                int run = random.Next(20) == 0 ? random.Next(3000) : 1;
                for (int cluster = first; cluster < Math.Min(count, first + run); cluster++)
                {
                    Assert.Equal(!marked[cluster], ledger.Mark((uint)cluster));
                    marked[cluster] = true;
                }
            }

            Assert.Equal(marked.Count(one => one), ledger.Count);
            Assert.Equal(marked.All(one => one), ledger.IsComplete);
            var missing = new bool[count];
            long end = -1;
            foreach ((long first, long length) in ledger.Missing())
            {
                Assert.True(first > end, "ranges touch or are out of order");
                missing.AsSpan((int)first, (int)length).Fill(true);
                end = first + length;
            }

            Assert.Equal(marked.Select(one => !one), missing);
        });

    [Fact]
    public void A_page_that_is_full_is_no_longer_kept()
    {
        var ledger = new ClusterLedger(1L << 32);
        for (uint cluster = 0; cluster < 5000; cluster++)
        {
            ledger.Mark(cluster);
        }

        ledger.Mark(uint.MaxValue);
        Assert.Equal(2, ledger.PartialPages);
        Assert.False(ledger.Mark(17));
        Assert.Equal([(5000L, (1L << 32) - 5001)], ledger.Missing());
    }
}
