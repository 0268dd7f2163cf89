// SPDX-License-Identifier: MIT

using Vma.Format;
using Vma.Tests.Support;

namespace Vma.Tests.Format;

public sealed class ZeroBlocksTests
{
    [Fact]
    public void A_single_byte_anywhere_sets_the_bit_of_its_block()
    {
        var cluster = new byte[VmaCluster.Size];
        for (int at = 0; at < cluster.Length; at += at % 4096 is 4094 or 4095 or 0 ? 1 : 31)
        {
            cluster[at] = 1;
            Assert.Equal(1 << (at / 4096), ZeroBlocks.MaskOf(cluster));
            cluster[at] = 0;
        }

        Assert.Equal(0, ZeroBlocks.MaskOf(cluster));
    }

    [Fact]
    public void A_cluster_that_ends_early_has_bits_only_for_what_is_there() =>
        Property.ForSeeds(300, random =>
        {
            byte[] cluster = Pattern.Patchy(random.Next(VmaCluster.Size + 1), random);
            int expected = cluster.Chunk(4096).Select((block, i) => block.Any(value => value != 0) ? 1 << i : 0).Sum();
            Assert.Equal(expected, ZeroBlocks.MaskOf(cluster));
        });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(4095)]
    public void The_last_byte_counts_whatever_the_length(int length)
    {
        var data = new byte[length + 1];
        Assert.True(ZeroBlocks.IsZero(data));
        data[^1] = 1;
        Assert.True(ZeroBlocks.IsZero(data.AsSpan(0, length)));
        Assert.False(ZeroBlocks.IsZero(data));
    }
}
