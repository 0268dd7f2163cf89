// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Passes;

/// <summary>Archives as the zstd program makes them, read anywhere: while the pass goes on that makes their index, and by the index.</summary>
public sealed class StockArchiveTests : IDisposable
{
    private static readonly byte[][] Disks = Stock.Disks(1);
    private static readonly byte[] Plain = ArchiveForms.Make("plain", Disks);
    private readonly Scratch _scratch = new();

    private VmaArchiveOptions Options => new() { IndexDirectory = _scratch["index"] };

    [Theory]
    [InlineData("zstd -1 -c")]
    [InlineData("zstd -3 -c")]
    [InlineData("zstd -9 -c")]
    [InlineData("zstd -17 -c")]
    [InlineData("zstd --fast=3 -c")]
    [InlineData("zstd -3 -T2 -c")]
    [InlineData("zstd -3 --long=27 -c")]
    [InlineData("zstd -3 --no-check -c")]
    [InlineData("of a file")]
    [InlineData("frames")]
    [InlineData("short frames first")]
    public void Any_range_is_right_while_the_pass_goes_on_and_by_its_index(string way) => AssertBoth(_scratch.File("a", Stock.Make(way, Plain)), way.Length);

    [Fact]
    public void A_sealed_archive_is_read_the_same() => AssertBoth(_scratch.File("a", Stock.Make("zstd -3 -c", ArchiveForms.Make("sealed", Disks))), 5);

    [Fact]
    public void An_archive_that_is_no_file_is_read_the_same()
    {
        using var archive = VmaArchive.Open(new MemoryStream(Stock.Make("zstd -3 -c", Plain)), Options);
        Stock.AssertReads(archive, Disks, 6);
        Assert.False(Directory.Exists(_scratch["index"]));
    }

    [Fact]
    public void An_archive_without_a_place_for_its_index_is_read_the_same()
    {
        string path = _scratch.File("a", Stock.Make("zstd -3 -c", Plain));
        foreach (string? directory in (string?[])[null, _scratch["a"]])
        {
            using var archive = VmaArchive.Open(path, new VmaArchiveOptions { IndexDirectory = directory });
            Stock.AssertReads(archive, Disks, 7);
        }

        Assert.Equal(["a"], _scratch.Entries);
    }

    [Fact]
    public async Task What_was_passed_is_read_while_the_pass_stands_and_a_reader_of_the_rest_waits()
    {
        using var gate = new Gate(8 << 20);
        using var archive = VmaArchive.Open(_scratch.File("a", Stock.Make("zstd -3 -c", Plain)), Options, gate);
        gate.WaitUntilReached();
        using VmaDisk disk = archive.OpenDisk(archive.Manifest.Devices[0]);
        var start = new byte[1_000_000];
        disk.ReadAt(0, start, TestContext.Current.CancellationToken);
        Assert.True(start.AsSpan().SequenceEqual(Disks[0].AsSpan(0, start.Length)));
        Assert.False(disk.StatusAt(disk.Length - 1, TestContext.Current.CancellationToken).ReadsAsZeroes);
        var end = new byte[1_000_000];
        Task reading = Task.Run(() => disk.ReadAt(disk.Length - end.Length, end));
        await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.False(reading.IsCompleted);
        gate.Open();
        await reading.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.True(end.AsSpan().SequenceEqual(Disks[0].AsSpan(Disks[0].Length - end.Length)));
    }

    [Fact]
    public async Task A_reader_that_waits_for_the_pass_ends_when_it_is_cancelled_and_when_the_archive_is_closed()
    {
        using var gate = new Gate(2 << 20);
        using var archive = VmaArchive.Open(_scratch.File("a", Stock.Make("zstd -3 -c", Plain)), Options, gate);
        gate.WaitUntilReached();
        using VmaDisk disk = archive.OpenDisk(archive.Manifest.Devices[1]);
        using var cancellation = new CancellationTokenSource(50);
        Assert.Throws<OperationCanceledException>(() => disk.ReadAt(0, new byte[10], cancellation.Token));
        Task<Exception?> reading = Task.Run(() => Record.Exception(() => disk.ReadAt(0, new byte[10])));
        await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.False(reading.IsCompleted);
        Task closing = Task.Run(archive.Dispose);
        gate.Open();
        await closing.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.IsType<ObjectDisposedException>(await reading.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        Assert.Empty(Scratch.Names(_scratch["index"]));
    }

    [Fact]
    public void A_cancelled_token_opens_nothing()
    {
        string path = _scratch.File("a", Stock.Make("zstd -3 -c", Plain));
        Assert.ThrowsAny<OperationCanceledException>(() => VmaArchive.Open(path, Options, cancellationToken: new CancellationToken(true)));
        Assert.False(Directory.Exists(_scratch["index"]));
    }

    [Fact]
    public void A_pass_that_is_ended_at_any_moment_leaves_nothing_or_a_whole_index()
    {
        string path = _scratch.File("a", Stock.Make("zstd -1 -c", Plain));
        Property.ForSeeds(20, random =>
        {
            using (var archive = VmaArchive.Open(path, Options))
            {
                Thread.Sleep(random.Next(40));
            }

            Assert.All(Scratch.Names(_scratch["index"]), static name => Assert.EndsWith(".idx", name, StringComparison.Ordinal));
        });
        AssertBoth(path, 8);
    }

    public void Dispose() => _scratch.Dispose();

    private void AssertBoth(string path, int seed)
    {
        using (var archive = VmaArchive.Open(path, Options))
        {
            Stock.AssertReads(archive, Disks, seed);
            Stock.IndexIn(_scratch["index"]);
        }

        using var gate = new Gate(0);
        using var indexed = VmaArchive.Open(path, Options, gate);
        Stock.AssertReads(indexed, Disks, seed + 1);
        Assert.Empty(indexed.Findings);
        Assert.Single(Scratch.Names(_scratch["index"]));
        gate.Open();
    }
}
