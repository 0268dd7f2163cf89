// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Reading;

public sealed class ReaderTests
{
    private static readonly byte[] First = Pattern.Full(3 * 65536), Second = Pattern.Full(100_000, seed: 2);

    private static byte[] TwoDisks(bool isSealed = true) =>
        new ArchiveBuilder { Sealed = isSealed }.WholeDisk(1, "first", First, perExtent: 1).WholeDisk(2, "second", Second).Build();

    [Fact]
    public void An_archive_is_read_once()
    {
        using var reader = new VmaReader(new MemoryStream(TwoDisks()));
        VmaVerify.Run(reader);
        Assert.Throws<InvalidOperationException>(() => VmaVerify.Run(reader));
        Assert.Throws<InvalidOperationException>(() => reader.ReadCluster(out _));
        Assert.Throws<InvalidOperationException>(() => VmaExtract.Run(reader, new Dictionary<VmaDevice, IBlockTarget>()));
    }

    [Fact]
    public void Opening_reads_the_header_and_nothing_behind_it()
    {
        var stream = new MemoryStream(TwoDisks());
        using var reader = new VmaReader(stream);
        Assert.Equal(reader.Manifest.HeaderLength, stream.Position);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_stream_is_closed_unless_it_was_to_stay_open(bool leaveOpen)
    {
        var stream = new MemoryStream(TwoDisks());
        new VmaReader(stream, leaveOpen).Dispose();
        Assert.Equal(leaveOpen, stream.CanRead);
    }

    [Fact]
    public void Clusters_come_one_by_one_with_their_place()
    {
        using var reader = new VmaReader(new ChunkedStream(TwoDisks(), seed: 1));
        var disks = new Dictionary<byte, byte[]> { [1] = new byte[First.Length], [2] = new byte[Second.Length] };
        while (reader.ReadCluster(out VmaCluster cluster))
        {
            cluster.CopyTo(disks[cluster.Device.Id].AsSpan((int)cluster.DiskOffset));
            Assert.Throws<ArgumentException>(() => cluster.CopyTo(new byte[cluster.Length - 1]));
        }

        Assert.Equal([First, Second], disks.Values);
    }

    [Fact]
    public void Damage_to_the_data_of_devices_left_out_is_no_error()
    {
        byte[] archive = TwoDisks();
        byte[] damaged = ArchiveBuilder.FlipBit(archive, (MiniReader.Read(archive).Extents[2].Offset + 512) * 8L);
        using var reader = new VmaReader(new MemoryStream(damaged));
        var target = new GrowingDisk(Second.Length);
        VmaReadReport report = VmaExtract.Run(reader, new Dictionary<VmaDevice, IBlockTarget> { [reader.Manifest.Devices[1]] = target });
        Assert.Equal(Second, target.Content(Second.Length));
        Assert.Equal(2, report.Devices.Single().Device.Id);
    }

    [Fact]
    public void Each_target_is_flushed_once_unless_it_was_not_to_be()
    {
        foreach (bool flush in (bool[])[true, false])
        {
            using var reader = new VmaReader(new MemoryStream(TwoDisks()));
            var target = new GrowingDisk(First.Length);
            VmaExtract.Run(reader, new Dictionary<VmaDevice, IBlockTarget> { [reader.Manifest.Devices[0]] = target }, new VmaExtractOptions { Flush = flush });
            Assert.Equal(flush ? 1 : 0, target.Flushes);
        }
    }

    [Fact]
    public void A_target_that_is_too_short_or_for_another_archive_is_refused_before_anything_is_written()
    {
        using var reader = new VmaReader(new MemoryStream(TwoDisks()));
        VmaDevice device = reader.Manifest.Devices[0];
        Assert.Throws<ArgumentException>(() => VmaExtract.Run(reader, new Dictionary<VmaDevice, IBlockTarget> { [device] = new GrowingDisk(device.Size - 1) }));
        Assert.Throws<ArgumentException>(() =>
            VmaExtract.Run(reader, new Dictionary<VmaDevice, IBlockTarget> { [device with { Id = 9 }] = new GrowingDisk(device.Size) }));
        var target = new GrowingDisk(First.Length + 1000);
        VmaExtract.Run(reader, new Dictionary<VmaDevice, IBlockTarget> { [device] = target });
        Assert.Equal([.. First, .. Enumerable.Repeat((byte)0xee, 1000)], target.Content(First.Length + 1000));
    }

    [Fact]
    public void A_target_that_fails_ends_the_restore_with_its_own_error()
    {
        using var reader = new VmaReader(new MemoryStream(TwoDisks()));
        Dictionary<VmaDevice, IBlockTarget> targets = new() { [reader.Manifest.Devices[0]] = new FailingDisk(First.Length, failsAt: 65536) };
        Assert.Equal("bad sector", Assert.Throws<IOException>(() => VmaExtract.Run(reader, targets)).Message);
    }

    [Fact]
    public void Progress_never_falls_and_ends_at_all_of_the_disks()
    {
        using var reader = new VmaReader(new MemoryStream(TwoDisks()));
        var told = new List<VmaProgress>();
        VmaVerify.Run(reader, progress: new ImmediateProgress<VmaProgress>(told.Add));
        Assert.Equal(told.OrderBy(one => one.Bytes), told);
        Assert.Equal((5L * 65536, 5L * 65536, 100), (told[^1].Bytes, told[^1].TotalBytes, told[^1].Percent));
    }

    [Fact]
    public void A_cancelled_run_ends()
    {
        using var source = new CancellationTokenSource();
        using var reader = new VmaReader(new MemoryStream(TwoDisks()));
        Assert.ThrowsAny<OperationCanceledException>(() =>
            VmaVerify.Run(reader, progress: new ImmediateProgress<VmaProgress>(_ => source.Cancel()), cancellationToken: source.Token));
    }

    [Fact]
    public void The_report_counts_what_is_stored_and_what_is_zero()
    {
        byte[] half = [.. Pattern.Full(32768), .. new byte[32768 + 65536]];
        VmaReadDevice device = Restored.Verify(new ArchiveBuilder().WholeDisk(1, "disk", half).Build()).Devices.Single();
        Assert.Equal((2, 32768, 32768 + 65536, 32768, 131072),
            (device.Clusters, device.StoredBytes, device.ZeroBytes, device.ZeroBytesInStoredClusters, device.RestoredLength));
    }

    [Fact]
    public void Zeros_are_not_written_to_a_target_that_reads_as_zeros()
    {
        foreach (bool readsAsZeroes in (bool[])[true, false])
        {
            using var reader = new VmaReader(new MemoryStream(new ArchiveBuilder().WholeDisk(1, "disk", [.. new byte[65536], .. First]).Build()));
            var target = new GrowingDisk(4 * 65536, readsAsZeroes);
            VmaExtract.Run(reader, new Dictionary<VmaDevice, IBlockTarget> { [reader.Manifest.Devices[0]] = target });
            Assert.Equal(readsAsZeroes ? 0 : 65536, target.ZeroedBytes);
        }
    }

    [Fact]
    public void Without_the_data_a_file_is_hopped_through()
    {
        var stream = new CountingStream(TwoDisks());
        using var reader = new VmaReader(stream);
        Assert.Empty(VmaVerify.Run(reader, new VmaVerifyOptions { ReadData = false }).Findings);
        Assert.InRange(stream.BytesRead, 12800 + 9 * 512, 12800 + 16 * 512);
    }

    private sealed class CountingStream(byte[] content) : MemoryStream(content)
    {
        public long BytesRead { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            int read = base.Read(buffer);
            BytesRead += read;
            return read;
        }
    }
}
