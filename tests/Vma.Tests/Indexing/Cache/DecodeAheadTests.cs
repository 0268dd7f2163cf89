// SPDX-License-Identifier: MIT

using Vma.Compression;
using Vma.Compression.Formats;
using Vma.Indexing.Cache;
using Vma.Tests.Support;

namespace Vma.Tests.Indexing.Cache;

/// <summary>Which frames of a compressed archive are decoded before they are asked for.</summary>
public sealed class DecodeAheadTests : IDisposable
{
    private const int Plain = 3 << 20;
    private const int Most = 4;
    private const int Request = 256 << 10;

    private readonly FrameTable _table = new(CompressionFormat.Zstd);
    private readonly FrameCache _cache = new(1000L * Plain, static (_, _) => null, threads: 2);
    private readonly DecodeAhead _ahead;

    public DecodeAheadTests() => _ahead = new DecodeAhead(_table, _cache, Most);

    public void Dispose() => _cache.Dispose();

    [Fact]
    public void A_caller_that_reads_on_finds_the_next_frames_decoded_and_about_as_many_as_it_has_read()
    {
        AddFrames(30);
        Read(0, 1 << 20);
        Assert.Equal([1], Decoded());
        Read(1 << 20, 2 * Plain);
        Assert.Equal([1, 2, 3], Decoded());
        Read(2 * Plain, 10 * Plain);
        Assert.Equal(Enumerable.Range(1, 9 + Most), Decoded());
    }

    [Fact]
    public void Less_than_a_mebibyte_is_not_yet_reading_on()
    {
        AddFrames(10);
        Read(5 * Plain, 5 * Plain + (1 << 20) - 1);
        Assert.Empty(Decoded());
    }

    [Fact]
    public void Zeros_are_stepped_over()
    {
        AddFrames(3);
        AddZeroes(60);
        AddFrames(10);
        Read(0, 3 * Plain);
        Assert.Equal([1, 2, 63, 64, 65], Decoded());

        long behind = _table.StartOf(63);
        Read(behind, behind + Plain);
        Assert.Equal([1, 2, 63, 64, 65, 66, 67], Decoded());
    }

    [Fact]
    public void Requests_may_come_in_another_order()
    {
        AddFrames(30);
        for (long at = 0; at < 6 * Plain; at += 4 * Request)
        {
            foreach (int place in new[] { 3, 0, 2, 1 })
            {
                _ahead.Ask(at + place * Request, Request);
            }
        }

        Assert.Equal(Enumerable.Range(1, 5 + Most), Decoded());
    }

    [Fact]
    public void Eight_callers_can_read_on_at_once()
    {
        AddFrames(8 * 20);
        for (long at = 0; at < 4 * Plain; at += Request)
        {
            for (int reader = 0; reader < 8; reader++)
            {
                _ahead.Ask(reader * 20L * Plain + at, Request);
            }
        }

        Assert.Equal(Enumerable.Range(0, 8).SelectMany(static reader => Enumerable.Range(reader * 20 + 1, 3 + Most)), Decoded());
    }

    [Theory]
    [InlineData(16)]
    [InlineData(2000)]
    public void A_caller_that_reads_here_and_there_has_nothing_decoded_that_it_did_not_ask_for(int frames)
    {
        const int Length = 4096;
        AddFrames(frames);
        Property.ForSeeds(5, random =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                _ahead.Ask(random.NextInt64(_table.PlainLength - Length), Length);
            }

            Assert.Empty(Decoded());
        });
    }

    [Fact]
    public void A_caller_that_goes_elsewhere_must_read_on_there_before_frames_are_decoded_ahead()
    {
        AddFrames(100);
        Read(0, 4 * Plain);
        int before = Decoded().Length;
        Read(50 * Plain, 50 * Plain + Request);
        Assert.Equal(before, Decoded().Length);
        Read(50 * Plain + Request, 51 * Plain);
        Assert.Contains(51, Decoded());
        Assert.DoesNotContain(53, Decoded());
    }

    [Fact]
    public void A_caller_that_walks_over_headers_has_frames_decoded_only_when_each_has_one()
    {
        AddFrames(40);
        foreach (int frame in new[] { 0, 10, 12, 14, 16 })
        {
            _ahead.AskHeader(frame);
        }

        Assert.Empty(Decoded());
        _ahead.AskHeader(17);
        Assert.Equal([18, 19, 20, 21], Decoded());
    }

    [Fact]
    public void Nothing_is_decoded_ahead_where_there_is_one_thread()
    {
        AddFrames(10);
        var none = new DecodeAhead(_table, _cache, 0);
        none.Ask(0, 3 * Plain);
        none.AskHeader(0);
        none.AskHeader(1);
        Assert.Empty(Decoded());
    }

    private void AddFrames(int count) => Add(count, Plain);

    private void AddZeroes(int count) => Add(count, 1024);

    private void Add(int count, int length)
    {
        for (int i = 0; i < count; i++)
        {
            _table.Add(new Frame(_table.Count * 1000L, 1000, length));
        }
    }

    private void Read(long from, long to)
    {
        for (long at = from; at < to; at += Request)
        {
            _ahead.Ask(at, (int)Math.Min(Request, to - at));
        }
    }

    private int[] Decoded() => [.. Enumerable.Range(0, _table.Count).Where(_cache.Contains)];
}
