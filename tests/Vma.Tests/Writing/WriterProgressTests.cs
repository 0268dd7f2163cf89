// SPDX-License-Identifier: MIT

using Vma.Disks;
using Vma.Tests.Support;

namespace Vma.Tests.Writing;

public sealed class WriterProgressTests
{
    [Fact]
    public void Each_device_tells_at_any_moment_how_far_it_is()
    {
        using var writer = new VmaWriter(new MemoryStream());
        VmaDeviceWriter disk = writer.AddDevice("disk", 2 * 65536 + 5000);
        VmaDeviceWriter other = writer.AddDevice("other", 10);
        Assert.Equal(new VmaDeviceProgress(2 * 65536 + 5000, 0, 0, Finished: false, Error: null), disk.Progress);
        disk.WriteZeroes(1);
        Assert.Equal((65536, 65536, false), (disk.Progress.Transferred, disk.Progress.ZeroBytes, disk.Progress.Finished));
        byte[] half = Pattern.Full(65536);
        half.AsSpan(0, 32768).Clear();
        disk.WriteCluster(0, half);
        Assert.Equal((2 * 65536, 65536 + 32768, false), (disk.Progress.Transferred, disk.Progress.ZeroBytes, disk.Progress.Finished));
        disk.WriteCluster(2, Pattern.Full(5000));
        Assert.Equal((2 * 65536 + 5000, 65536 + 32768, true), (disk.Progress.Transferred, disk.Progress.ZeroBytes, disk.Progress.Finished));
        Assert.Equal(new VmaDeviceProgress(10, 0, 0, Finished: false, Error: null), other.Progress);
    }

    [Fact]
    public void The_report_says_what_was_written()
    {
        var output = new MemoryStream();
        var options = new VmaWriterOptions { Uuid = Guid.NewGuid() };
        using var writer = new VmaWriter(output, options);
        VmaDeviceWriter disk = writer.AddDevice("disk", 100_000);
        disk.WriteZeroes(0);
        disk.WriteCluster(1, Pattern.Full(100_000 - 65536));
        VmaWriteReport report = writer.Commit();
        Assert.Equal((options.Uuid, output.Length), (report.Uuid, report.ArchiveBytes));
        Assert.Equal(new VmaWrittenDevice(disk.Device, 100_000, 65536), report.Devices.Single());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_copy_tells_of_each_extent_and_ends_at_the_total(int parallelism)
    {
        using var writer = new VmaWriter(new MemoryStream(), new VmaWriterOptions { ClustersPerExtent = 2, Parallelism = parallelism });
        var told = new List<VmaProgress>();
        byte[] content = Pattern.Patchy(1_000_000, new Random(1));
        Dictionary<VmaDeviceWriter, IBlockSource> disks = new()
        {
            [writer.AddDevice("a", content.Length)] = new MemoryDisk(content),
            [writer.AddDevice("b", 70_000)] = new MemoryDisk(70_000)
        };
        writer.Copy(disks, new ImmediateProgress<VmaProgress>(told.Add));
        Assert.Equal((16 + 2) / 2, told.Count);
        Assert.Equal(told.OrderBy(one => one.Bytes), told);
        VmaWriteReport report = writer.Commit();
        Assert.Equal(new VmaProgress(1_070_000, 1_070_000, report.Devices.Sum(device => device.ZeroBytes)), told[^1]);
        Assert.Equal(100, told[^1].Percent);
    }

    [Fact]
    public void A_disk_shorter_than_its_device_reads_as_zeros_behind_its_end()
    {
        var output = new MemoryStream();
        using var writer = new VmaWriter(output);
        byte[] content = Pattern.Full(70_000);
        writer.Copy(new Dictionary<VmaDeviceWriter, IBlockSource> { [writer.AddDevice("disk", 300_000)] = new MemoryDisk(content) });
        writer.Commit();
        Assert.Equal([.. content, .. new byte[230_000]], Restored.From(output.ToArray()).Contents[1]);
    }
}
