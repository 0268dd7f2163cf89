// SPDX-License-Identifier: MIT

using System.Diagnostics;
using Vma.Tests.Support;

namespace Vma.Tests.Compression;

/// <summary>What a compressed archive may cost.</summary>
[Collection(nameof(Alone))]
public sealed class BoundTests
{
    private const int Window256MiB = (28 - 10) << 3;

    [Fact]
    public void A_window_of_more_than_128_MiB_is_refused_unless_it_is_allowed()
    {
        // A frame header without content size, and a raw block that never gets to be read.
        byte[] frame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, Window256MiB, 0x01, 0x00, 0x00];
        VmaFault fault = Assert.Throws<VmaException>(() => Restored.Verify(frame)).Fault;
        Assert.Equal((VmaFaultCode.NeedsMemory, 0L, 0L), (fault.Code, fault.Offset, fault.CompressedOffset));
        Assert.Contains("memory", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_GiB_of_zeros_behind_an_archive_cost_little_memory()
    {
        byte[] bomb = [.. Tool.Run("zstd -c", SealedSample.Extents(3)), .. Zeros(2048)];
        Assert.InRange(bomb.Length, 0, 1 << 20);
        AssertCheap(() => Assert.True(Restored.Verify(bomb).Errors > 0));
        AssertCheap(() => Assert.Empty(Salvaged.From(bomb).LostClusters));
    }

    [Theory]
    [InlineData(1L << 24)]
    [InlineData(1L << 40)]
    [InlineData(long.MaxValue)]
    public void A_frame_that_claims_more_than_comes_is_reported_and_costs_nothing(long claimed)
    {
        byte[] compressed = Tool.RunOnFile("zstd --no-check", GoldenSet.Read("full-extents.vma"));
        Assert.Equal(0x80, compressed[4] & 0xf8); // a content size of four bytes behind the window's byte
        byte[] claiming = [.. compressed[..4], (byte)(compressed[4] | 0xc0), compressed[5], .. BitConverter.GetBytes(claimed), .. compressed[10..]];
        AssertCheap(() => Assert.Contains(Restored.Verify(claiming).Findings, finding =>
            finding is { Code: VmaFaultCode.CompressedData, CompressedOffset: not null }));
    }

    [Theory]
    [Slow]
    [InlineData("zstd -c")]
    [InlineData("pzstd -c")]
    [InlineData("lzop -c")]
    [InlineData("gzip -c")]
    [InlineData("bzip2 -c")]
    public void The_header_of_a_large_archive_takes_less_than_1_MiB_of_it(string command)
    {
        var stream = new WatchedStream(Tool.Run(command, SalvageSample.Large(1).Archive));
        Assert.True(stream.Length > 2 << 20);
        using var reader = new VmaReader(stream);
        Assert.Equal("a.conf", reader.Manifest.Configs[0].Name.ToString());
        Assert.InRange(stream.BytesRead, 1, (1 << 20) - 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Frames_and_blocks_nested_in_each_other_cost_time_in_proportion(bool zstd)
    {
        // Each start claims all that follows, and is found not to be one only at its end.
        byte[] start = zstd ? [0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0x10, 0, .. new byte[] { 0, 0, 0x10 }] : [0, 4, 0, 0, 0, 3, 0xff, 0xff, 1, 2, 3, 4];
        byte[] head = zstd ? [] : Tool.Run("lzop -c", SealedSample.Smallest())[..^4];
        byte[] nested = [.. head, .. Enumerable.Repeat(start, 100_000).SelectMany(bytes => bytes)];
        AssertCheap(() =>
        {
            using var reader = new VmaSalvageReader(new MemoryStream([.. nested]));
            VmaSalvage.Run(reader, device => new GrowingDisk(device.Size, readsAsZeroes: true));
        }, mayRefuse: true);
    }

    private static byte[] Zeros(int megabytes)
    {
        byte[] one = Tool.Run("zstd -c", new byte[64 << 20]);
        return [.. Enumerable.Repeat(one, megabytes / 64).SelectMany(frame => frame)];
    }

    private static void AssertCheap(Action work, bool mayRefuse = false)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        var watch = Stopwatch.StartNew();
        try
        {
            work();
        }
        catch (VmaException) when (mayRefuse)
        {
        }

        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 128 << 20);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20);
    }
}
