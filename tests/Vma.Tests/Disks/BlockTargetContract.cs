// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Disks;

/// <summary>What every target of blocks promises. One class per kind of target inherits it.</summary>
public abstract class BlockTargetContract
{
    private const int Size = 2_000_003;

    /// <summary>A target full of <paramref name="content"/>.</summary>
    protected abstract IBlockTarget Open(byte[] content);

    /// <summary>What the target now holds.</summary>
    protected abstract byte[] ContentOf(IBlockTarget target);

    [Fact]
    public void Writes_and_zeros_at_any_place_are_there_and_nothing_else_changes() =>
        Property.ForSeeds(20, random =>
        {
            byte[] expected = Pattern.Full(Size);
            using IBlockTarget target = Open(expected);
            Assert.Equal(Size, target.Length);
            for (int i = 0; i < 20; i++)
            {
                (int offset, int length) = RandomRange(random);
                if (i % 2 == 0)
                {
                    byte[] data = Pattern.Full(length, seed: i);
                    target.WriteAt(offset, data);
                    data.CopyTo(expected, offset);
                }
                else
                {
                    target.WriteZeroesAt(offset, length);
                    expected.AsSpan(offset, length).Clear();
                }
            }

            target.Flush();
            Assert.True(expected.AsSpan().SequenceEqual(ContentOf(target)));
        });

    [Fact]
    public void The_last_bytes_can_be_written()
    {
        using IBlockTarget target = Open(new byte[Size]);
        target.WriteAt(Size - 1, [7]);
        target.WriteAt(Size, []);
        target.WriteZeroesAt(Size, 0);
        target.WriteZeroesAt(Size - 3, 2);
        Assert.Equal([0, 0, 7], ContentOf(target)[^3..]);
        Assert.Equal(Size, target.Length);
    }

    [Fact]
    public void Several_threads_write_ranges_that_do_not_overlap()
    {
        byte[] expected = Pattern.Full(Size, seed: 5);
        using IBlockTarget target = Open(new byte[Size]);
        Parallel.For(0, (Size + 9_999) / 10_000, i =>
        {
            int length = Math.Min(10_000, Size - i * 10_000);
            target.WriteAt(i * 10_000, expected.AsSpan(i * 10_000, length));
        });
        Assert.True(expected.AsSpan().SequenceEqual(ContentOf(target)));
    }

    private static (int Offset, int Length) RandomRange(Random random)
    {
        int grid = random.Next(2) == 0 ? 4096 : 1;
        int offset = random.Next(Size / grid) * grid;
        return (offset, Math.Min(Size - offset, random.Next(1, 300_000 / grid + 1) * grid));
    }
}
