// SPDX-License-Identifier: MIT

using Vma.Disks;
using Vma.Tests.Support;

namespace Vma.Tests.Writing;

public sealed class WriterFailureTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(12800)]
    [InlineData(12800 + 512)]
    [InlineData(12800 + 512 + 65536)]
    public void When_the_output_fails_the_writer_has_failed_for_good(int room)
    {
        using var writer = new VmaWriter(new FailingStream(room), new VmaWriterOptions { ClustersPerExtent = 1 });
        VmaDeviceWriter disk = writer.AddDevice("disk", 3 * 65536);
        Assert.Throws<IOException>(() =>
        {
            disk.WriteCluster(0, Pattern.Full(65536));
            disk.WriteZeroes(1);
        });
        Assert.Contains("no space left", Assert.Throws<InvalidOperationException>(() => disk.WriteZeroes(2)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => writer.Commit());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void When_the_output_fails_during_a_copy_that_is_told(int parallelism)
    {
        using var writer = new VmaWriter(new FailingStream(200_000), new VmaWriterOptions { ClustersPerExtent = 1, Parallelism = parallelism });
        Dictionary<VmaDeviceWriter, IBlockSource> disks = new() { [writer.AddDevice("disk", 20 * 65536)] = new MemoryDisk(Pattern.Full(20 * 65536)) };
        Assert.Equal("no space left", Assert.Throws<IOException>(() => writer.Copy(disks)).Message);
        Assert.Throws<InvalidOperationException>(() => writer.Commit());
    }

    [Fact]
    public void When_the_commit_fails_it_cannot_be_tried_again()
    {
        using var writer = new VmaWriter(new FailingStream(12800));
        writer.AddConfig("a", []);
        Assert.Throws<IOException>(() => writer.Commit());
        Assert.Throws<InvalidOperationException>(() => writer.Commit());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void When_a_disk_cannot_be_read_its_device_says_so_and_the_archive_is_not_committed(int parallelism)
    {
        using var writer = new VmaWriter(new MemoryStream(), new VmaWriterOptions { ClustersPerExtent = 2, Parallelism = parallelism });
        VmaDeviceWriter good = writer.AddDevice("good", 65536);
        VmaDeviceWriter bad = writer.AddDevice("bad", 100 * 65536);
        Dictionary<VmaDeviceWriter, IBlockSource> disks = new() { [good] = new MemoryDisk(65536), [bad] = new FailingDisk(100 * 65536, failsAt: 50 * 65536) };
        Assert.Equal("bad sector", Assert.Throws<IOException>(() => writer.Copy(disks)).Message);
        Assert.Null(good.Progress.Error);
        Assert.Equal("bad sector", bad.Progress.Error?.Message);
        Assert.False(bad.Progress.Finished);
        Assert.Contains("'bad' failed: bad sector", Assert.Throws<InvalidOperationException>(() => writer.Commit()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_error_of_a_device_stays()
    {
        using var writer = new VmaWriter(new MemoryStream());
        VmaDeviceWriter disk = writer.AddDevice("disk", 65536);
        disk.Fail(new IOException("first"));
        disk.Fail(new IOException("second"));
        disk.WriteZeroes(0);
        Assert.Equal(("first", true), (disk.Progress.Error?.Message, disk.Progress.Finished));
        Assert.Throws<InvalidOperationException>(() => writer.Commit());
    }

    [Fact]
    public void A_cancelled_copy_cannot_be_committed()
    {
        using var writer = new VmaWriter(new MemoryStream(), new VmaWriterOptions { ClustersPerExtent = 1 });
        VmaDeviceWriter disk = writer.AddDevice("disk", 100 * 65536);
        using var source = new CancellationTokenSource();
        var cancelAtOnce = new ImmediateProgress<VmaProgress>(_ => source.Cancel());
        Assert.ThrowsAny<OperationCanceledException>(() =>
            writer.Copy(new Dictionary<VmaDeviceWriter, IBlockSource> { [disk] = new MemoryDisk(100 * 65536) }, cancelAtOnce, source.Token));
        Assert.Null(disk.Progress.Error);
        Assert.Throws<InvalidOperationException>(() => writer.Commit());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_progress_handler_that_throws_fails_the_writer(int parallelism)
    {
        using var writer = new VmaWriter(new MemoryStream(), new VmaWriterOptions { ClustersPerExtent = 1, Parallelism = parallelism });
        VmaDeviceWriter disk = writer.AddDevice("disk", 4 * 65536);
        var throws = new ImmediateProgress<VmaProgress>(told => Assert.True(told.Percent < 100, "enough"));
        Assert.ThrowsAny<Exception>(() => writer.Copy(new Dictionary<VmaDeviceWriter, IBlockSource> { [disk] = new MemoryDisk(4 * 65536) }, throws));
        Assert.Contains("enough", Assert.Throws<InvalidOperationException>(() => writer.Commit()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_progress_handler_that_throws_lets_no_other_writing_thread_wait()
    {
        var writer = new VmaWriter(new MemoryStream(), new VmaWriterOptions { ClustersPerExtent = 1, Parallelism = 1 });
        VmaDeviceWriter copied = writer.AddDevice("copied", 4 * 65536), beside = writer.AddDevice("beside", 4 * 65536);
        Task? writing = null;
        var throws = new ImmediateProgress<VmaProgress>(_ =>
        {
            // The second cluster begins an extent, so the first one's extent is sent. It waits behind the copy's extent, which never is.
            writing = Task.Run(() => Array.ForEach((uint[])[0, 1], cluster =>
                beside.WriteCluster(cluster, Pattern.Full(65536))), TestContext.Current.CancellationToken);
            Thread.Sleep(100);
            throw new InvalidOperationException("enough");
        });
        Assert.ThrowsAny<Exception>(() => writer.Copy(new Dictionary<VmaDeviceWriter, IBlockSource> { [copied] = new MemoryDisk(4 * 65536) }, throws));
        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => writing!.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.IsNotType<TimeoutException>(failure);
        writer.Dispose();
    }

    [Fact]
    public void Nothing_is_written_any_more_when_the_writer_is_disposed_of()
    {
        using var output = new LateStream();
        var writer = new VmaWriter(output, new VmaWriterOptions { ClustersPerExtent = 1, Compression = VmaCompression.Zstd(1) }, leaveOpen: true);
        VmaDeviceWriter disk = writer.AddDevice("disk", 3 * 65536);
        disk.WriteCluster(0, Pattern.Full(65536));
        output.Begin();
        disk.WriteCluster(1, Pattern.Full(65536)); // sends the extent before it
        output.WaitUntilWriting();
        writer.Dispose();
        output.End();
        Assert.False(output.WasWrittenLate());
    }

    /// <summary>An output where a write takes until the stream is no longer in use, but not for ever.</summary>
    private sealed class LateStream : MemoryStream
    {
        private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(300);

        private readonly ManualResetEventSlim _isWriting = new(), _isOver = new(), _isWritten = new();
        private volatile bool _isSlow;
        private volatile bool _wasLate;

        public void Begin() => _isSlow = true;

        public void WaitUntilWriting() => _isWriting.Wait(TestContext.Current.CancellationToken);

        public void End() => _isOver.Set();

        public bool WasWrittenLate()
        {
            _isWritten.Wait(TestContext.Current.CancellationToken);
            return _wasLate;
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (_isSlow)
            {
                _isWriting.Set();
                _wasLate |= _isOver.Wait(Longest);
            }

            base.Write(buffer);
            if (_isSlow)
            {
                _isWritten.Set();
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _isWriting.Dispose();
                _isOver.Dispose();
                _isWritten.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
