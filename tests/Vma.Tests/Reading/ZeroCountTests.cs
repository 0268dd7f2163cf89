// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Reading;

/// <summary>Zeros are counted as far as the disk goes.</summary>
public sealed class ZeroCountTests
{
    [Theory]
    [InlineData(5000, 0x0001, 904)]
    [InlineData(5000, 0x0000, 5000)]
    [InlineData(5000, 0x0003, 0)]
    [InlineData(65536, 0x0001, 15 * 4096)]
    [InlineData(65536 + 1, 0x0000, 15 * 4096 + 1)]
    public void Zeros_behind_the_end_of_a_disk_do_not_count(int size, int lastMask, long zeroes)
    {
        ArchiveBuilder builder = new ArchiveBuilder().Device(1, "disk", (ulong)size);
        ExtentDraft extent = builder.Extent();
        for (uint cluster = 0; cluster * 65536 < size; cluster++)
        {
            extent.Slot(1, cluster, (cluster + 1) * 65536 >= size ? lastMask : 1);
        }

        Assert.Equal(zeroes, Restored.Verify(builder.Build()).Devices[0].ZeroBytes);
        Assert.Equal(zeroes, Restored.From(builder.Build()).Report.Devices[0].ZeroBytes);
    }

    [Fact]
    public void RAM_state_has_no_end_inside_a_cluster()
    {
        byte[] archive = new ArchiveBuilder().Device(1, "vmstate", 5000).Extent(extent => extent.Slot(1, 0, 0x0001)).Build();
        Assert.Equal(15 * 4096, Restored.Verify(archive).Devices[0].ZeroBytes);
    }
}
