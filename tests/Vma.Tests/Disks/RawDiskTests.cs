// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Disks;

public sealed class RawDiskTests : IDisposable
{
    private readonly Scratch _directory = new();

    [Fact]
    public void Holes_are_told_without_reading()
    {
        using RawDisk disk = RawDisk.Create(_directory["sparse"], 10 << 20);
        disk.WriteAt(1 << 20, Pattern.Full(65536));
        disk.WriteAt(5 << 20, Pattern.Full(1));
        Assert.Equal(new BlockStatus(1 << 20, ReadsAsZeroes: true), disk.StatusAt(0));
        Assert.Equal(new BlockStatus(65536, ReadsAsZeroes: false), disk.StatusAt(1 << 20));
        Assert.Equal(new BlockStatus(65536 - 100, ReadsAsZeroes: false), disk.StatusAt((1 << 20) + 100));
        Assert.Equal(new BlockStatus((4 << 20) - 65536, ReadsAsZeroes: true), disk.StatusAt((1 << 20) + 65536));
        Assert.Equal(new BlockStatus((5 << 20) - 4096, ReadsAsZeroes: true), disk.StatusAt((5 << 20) + 4096));
    }

    [Fact]
    public void A_created_disk_reads_as_zeros_and_takes_no_space()
    {
        using RawDisk disk = RawDisk.Create(_directory["new"], 10L << 30);
        Assert.True(disk.ReadsAsZeroes);
        Assert.Equal(10L << 30, disk.Length);
        Assert.Equal(0, Images.AllocatedBytes(_directory["new"]));
        Assert.Throws<IOException>(() => RawDisk.Create(_directory["new"], 1));
    }

    [Fact]
    public void A_created_disk_can_be_read_by_its_owner_only()
    {
        RawDisk.Create(_directory["new"], 512).Dispose();
        Assert.Equal(default, File.GetUnixFileMode(_directory["new"]) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Fact]
    public void Zeros_punch_holes()
    {
        File.WriteAllBytes(_directory["full"], Pattern.Full(4 << 20));
        using RawDisk disk = RawDisk.OpenWrite(_directory["full"]);
        disk.WriteZeroesAt(0, 4 << 20);
        Assert.Equal(0, Images.AllocatedBytes(_directory["full"]));
        Assert.Equal((4 << 20, false), (disk.Length, disk.ReadsAsZeroes));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Ten_GiB_of_zeros_are_restored_into_less_than_64_KiB(bool created)
    {
        var archive = new MemoryStream();
        using (var writer = new VmaWriter(archive, leaveOpen: true))
        {
            writer.AddDevice("disk", 10L << 30).WriteZeroes(0, 10L << 14);
            writer.Commit();
        }

        archive.Position = 0;
        using var reader = new VmaReader(archive);
        string path = _directory["zeros"];
        if (!created)
        {
            RawDisk.Create(path, 10L << 30).Dispose();
        }

        using RawDisk disk = created ? RawDisk.Create(path, 10L << 30) : RawDisk.OpenWrite(path);
        VmaReadReport report = VmaExtract.Run(reader, new Dictionary<VmaDevice, IBlockTarget> { [reader.Manifest.Devices[0]] = disk });
        Assert.Equal(10L << 30, report.Devices[0].ZeroBytes);
        Assert.True(Images.AllocatedBytes(path) < 65536);
    }

    [Fact]
    public void A_sparse_disk_of_10_GiB_is_archived_by_its_data_only()
    {
        using RawDisk disk = RawDisk.Create(_directory["sparse"], 10L << 30);
        disk.WriteAt(7L << 30, Pattern.Full(100));
        var archive = new MemoryStream();
        using var writer = new VmaWriter(archive);
        writer.Copy(new Dictionary<VmaDeviceWriter, IBlockSource> { [writer.AddDevice("disk", disk.Length)] = disk });
        Assert.Equal((10L << 30) - 4096, writer.Commit().Devices[0].ZeroBytes);
    }

    [Theory]
    [InlineData(RawDiskCache.None)]
    [InlineData(RawDiskCache.DirectSync)]
    public void Direct_writes_from_aligned_memory_with_any_tail_are_there(RawDiskCache cache)
    {
        using RawDisk disk = RawDisk.Create(_directory["direct"], 1 << 20, new RawDiskOptions { Cache = cache });
        byte[] memory = GC.AllocateArray<byte>(200_000, pinned: true);
        int start = (int)((4096 - System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0) % 4096) % 4096);
        new Random(1).NextBytes(memory);
        var expected = new byte[1 << 20];
        foreach ((int at, int length) in ((int, int)[])[(0, 65536), (65536, 65536 + 100), (200_704, 1), (300_000, 8192), (512_000, 12_288 + 4095),
            ((1 << 20) - 5000, 5000)])
        {
            ReadOnlySpan<byte> data = memory.AsSpan(start, length);
            disk.WriteAt(at, data);
            data.CopyTo(expected.AsSpan(at));
        }

        disk.Flush();
        Assert.Equal(expected, File.ReadAllBytes(_directory["direct"]));
    }

    [Fact]
    public void A_disk_is_made_longer_by_a_hole_and_shorter()
    {
        using RawDisk disk = RawDisk.Create(_directory["disk"], 0);
        disk.SetLength(100_000);
        Assert.Equal(new BlockStatus(100_000, ReadsAsZeroes: true), disk.StatusAt(0));
        disk.SetLength(10);
        Assert.Equal((10, 10), (disk.Length, new FileInfo(_directory["disk"]).Length));
    }

    [Fact]
    public void Reading_past_a_file_that_shrank_is_an_error()
    {
        using RawDisk disk = RawDisk.Create(_directory["disk"], 1000);
        using RawDisk reader = RawDisk.OpenRead(_directory["disk"]);
        disk.SetLength(500);
        Assert.ThrowsAny<IOException>(() => reader.ReadAt(0, new byte[1000]));
    }

    [Fact]
    public void A_missing_file_and_a_directory_are_no_disks()
    {
        Assert.ThrowsAny<IOException>(() => RawDisk.OpenRead(_directory["none"]));
        Directory.CreateDirectory(_directory["directory"]);
        Assert.Throws<UnauthorizedAccessException>(() => RawDisk.OpenRead(_directory["directory"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => RawDisk.Create(_directory["new"], -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RawDiskOptions { Cache = (RawDiskCache)99 });
    }

    [Fact]
    public void A_cancelled_call_does_nothing()
    {
        using RawDisk disk = RawDisk.Create(_directory["disk"], 10);
        var cancelled = new CancellationToken(canceled: true);
        Assert.Throws<OperationCanceledException>(() => disk.WriteAt(0, [1], cancelled));
        Assert.Throws<OperationCanceledException>(() => disk.WriteZeroesAt(0, 1, cancelled));
        Assert.Throws<OperationCanceledException>(() => disk.ReadAt(0, new byte[1], cancelled));
        Assert.Equal(new byte[10], File.ReadAllBytes(_directory["disk"]));
    }

    public void Dispose() => _directory.Dispose();
}
