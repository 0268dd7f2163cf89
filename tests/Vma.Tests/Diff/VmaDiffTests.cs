// SPDX-License-Identifier: MIT

using Vma.Disks;
using Vma.Tests.Support;

namespace Vma.Tests.Diff;

public sealed class VmaDiffTests
{
    private const int Block = ArchiveBuilder.Block;
    private const int PartLength = 1 << 20;

    [Fact]
    public void Random_edits_are_found_to_the_block() => Property.ForSeeds(60, random =>
    {
        byte[] one = Sparse(random.Next(1, 5 * PartLength), random), other = [.. one];
        for (int edits = random.Next(12); edits > 0; edits--)
        {
            Edit(other, random);
        }

        if (random.Next(2) == 0)
        {
            Array.Resize(ref other, random.Next(1, one.Length + PartLength));
        }

        VmaByteRange[] found = [.. VmaDiff.Run(new HoledDisk(one, random), new HoledDisk(other, random), Threads(random.Next(1, 5)))];
        Assert.Equal(Truth(one, other), found);
        Assert.Equal(Truth(other, one), VmaDiff.Run(new HoledDisk(other, random), new HoledDisk(one, random), Threads(random.Next(1, 5))));
    });

    [Fact]
    public void What_both_know_to_be_zeros_is_not_read()
    {
        var random = new Random(1);
        byte[] disk = new byte[40 * PartLength];
        random.NextBytes(disk.AsSpan(20 * PartLength, PartLength));
        Assert.Empty(VmaDiff.Run(new HoledDisk(disk, random, refusesHoles: true), new HoledDisk(disk, random, refusesHoles: true)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 5000)]
    [InlineData(4096, 4097)]
    [InlineData(PartLength, PartLength + 1)]
    [InlineData(3 * PartLength - 1, 3 * PartLength)]
    public void What_one_has_behind_the_end_of_the_other_differs(int shorter, int longer)
    {
        VmaByteRange[] expected = shorter == longer ? [] : [new VmaByteRange(shorter, longer - shorter)];
        Assert.Equal(expected, VmaDiff.Run(new MemoryDisk(shorter), new MemoryDisk(longer)));
        Assert.Equal(expected, VmaDiff.Run(new MemoryDisk(longer), new MemoryDisk(shorter)));
    }

    [Fact]
    public void A_disk_that_cannot_be_read_fails_the_comparison_with_its_error()
    {
        var found = new List<VmaByteRange>();
        var failure = Assert.Throws<IOException>(() =>
        {
            foreach (VmaByteRange range in VmaDiff.Run(new FailingDisk(8 * PartLength, failsAt: 5 * PartLength), new MemoryDisk(8 * PartLength), Threads(3)))
            {
                found.Add(range);
            }
        });
        Assert.Equal("bad sector", failure.Message);
        Assert.All(found, range => Assert.InRange(range.Offset + range.Length, 1, 5 * PartLength));
    }

    [Fact]
    public void A_cancelled_comparison_ends()
    {
        using var source = new CancellationTokenSource();
        var progress = new Cancelling(source);
        Assert.Throws<OperationCanceledException>(() =>
            VmaDiff.Run(new MemoryDisk(8 * PartLength), new MemoryDisk(8 * PartLength), Threads(1), progress, source.Token).Count());
        Assert.Equal(PartLength, progress.Last);
    }

    [Fact]
    public void Progress_goes_forward_to_the_end()
    {
        var random = new Random(3);
        byte[] disk = new byte[(6 * PartLength) + 100];
        random.NextBytes(disk.AsSpan(2 * PartLength, PartLength));
        var progress = new Noted();
        Assert.Empty(VmaDiff.Run(new HoledDisk(disk, random), new HoledDisk(disk, random), Threads(2), progress));
        Assert.Equal(progress.All.Order(), progress.All);
        Assert.Equal(disk.Length, progress.All[^1]);
    }

    [Fact]
    public void Wrong_calls_are_refused_at_once()
    {
        Assert.Throws<ArgumentNullException>(() => VmaDiff.Run(null!, new MemoryDisk(1)));
        Assert.Throws<ArgumentNullException>(() => VmaDiff.Run(new MemoryDisk(1), null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => VmaDiff.Run(new MemoryDisk(1), new MemoryDisk(1), Threads(0)));
    }

    private static VmaDiffOptions Threads(int count) => new() { Parallelism = count };

    private static byte[] Sparse(int length, Random random)
    {
        byte[] disk = new byte[length];
        for (int at = 0; at < length;)
        {
            int run = Math.Min(random.Next(1, 60) * Block, length - at);
            if (random.Next(2) == 0)
            {
                random.NextBytes(disk.AsSpan(at, run));
            }

            at += run;
        }

        return disk;
    }

    private static void Edit(byte[] disk, Random random)
    {
        int at = random.Next(disk.Length), length = random.Next(1, Math.Min(random.Next(2) == 0 ? 2 : 20 * Block, disk.Length - at) + 1);
        Span<byte> edited = disk.AsSpan(at, length);
        if (random.Next(3) == 0)
        {
            edited.Clear();
        }
        else
        {
            random.NextBytes(edited);
        }
    }

    private static List<VmaByteRange> Truth(byte[] one, byte[] other)
    {
        var ranges = new List<VmaByteRange>();
        int common = Math.Min(one.Length, other.Length);
        for (int at = 0; at < common; at += Block)
        {
            int length = Math.Min(Block, common - at);
            if (!one.AsSpan(at, length).SequenceEqual(other.AsSpan(at, length)))
            {
                Add(ranges, at, length);
            }
        }

        if (one.Length != other.Length)
        {
            Add(ranges, common, Math.Max(one.Length, other.Length) - common);
        }

        return ranges;
    }

    private static void Add(List<VmaByteRange> ranges, long offset, long length)
    {
        if (ranges.Count > 0 && ranges[^1].Offset + ranges[^1].Length == offset)
        {
            ranges[^1] = ranges[^1] with { Length = ranges[^1].Length + length };
        }
        else
        {
            ranges.Add(new VmaByteRange(offset, length));
        }
    }

    private sealed class Cancelling(CancellationTokenSource source) : IProgress<VmaProgress>
    {
        public long Last { get; private set; }

        public void Report(VmaProgress value)
        {
            Last = value.Bytes;
            source.Cancel();
        }
    }

    private sealed class Noted : IProgress<VmaProgress>
    {
        public List<long> All { get; } = [];

        public void Report(VmaProgress value) => All.Add(value.Bytes);
    }
}
