// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Hostile;

/// <summary>Headers that are odd and can be used, from the table of docs/format.md and from archives in the field.</summary>
public sealed class OddHeaderTests
{
    private const int SecondDeviceAt = 4096 + 2 * 32;
    private static readonly byte[] Content = Pattern.Full(5000);

    private static ArchiveBuilder Sound() => new ArchiveBuilder().Config("a.conf", 1, 2, 3).WholeDisk(1, "disk", Content);

    [Theory]
    [InlineData(60)]
    [InlineData(2043)]
    [InlineData(4092)]
    [InlineData(4096 + 32 + 4)]
    [InlineData(4096 + 32 + 16)]
    [InlineData(4096 + 255 * 32 + 31)]
    public void A_reserved_byte_that_is_set_is_worth_a_warning(int at) =>
        Expect.Warning(Sound().EditHeader(header => header[at] = 1).Build(), VmaFaultCode.ReservedNotZero, at, Content);

    [Fact]
    public void A_header_that_ends_off_the_512_byte_grid_is_worth_a_warning() =>
        Expect.Warning(new ArchiveBuilder { HeaderLength = 12901 }.WholeDisk(1, "disk", Content).Build(), VmaFaultCode.HeaderNotAligned, 56, Content);

    [Fact]
    public void A_device_without_a_size_does_not_exist() =>
        Expect.Warning(Sound().Device(2, "empty", 0).Build(), VmaFaultCode.DeviceIgnored, SecondDeviceAt, Content);

    [Fact]
    public void A_device_whose_name_does_not_end_does_not_exist() =>
        Expect.Warning(Sound().DeviceOfBlob(2, [.. "open"u8], 100).Build(), VmaFaultCode.DeviceIgnored, SecondDeviceAt, Content);

    [Theory]
    [InlineData(0u)]
    [InlineData(2u)]
    [InlineData(0xfffffffeu)]
    public void A_device_whose_name_hits_no_blob_does_not_exist(uint at) =>
        Expect.Warning(Sound().Device(2, "gone", 100).Field(SecondDeviceAt, at).Build(), VmaFaultCode.DeviceIgnored, SecondDeviceAt, Content);

    [Fact]
    public void Device_0_does_not_exist() =>
        Expect.Warning(Sound().Device(0, "zero", 100).Build(), VmaFaultCode.DeviceIgnored, 4096, Content);

    [Fact]
    public void Device_255_is_read_though_writers_leave_it_free() =>
        Expect.Fine(new ArchiveBuilder().WholeDisk(255, "last", Content).Build(), Content);

    [Fact]
    public void A_blob_buffer_further_behind_is_read()
    {
        ArchiveBuilder builder = new ArchiveBuilder { HeaderLength = 13312 }.WholeDisk(1, "disk", Content).Field(48, 12288 + 512).EditHeader(header =>
        {
            header.AsSpan(12288, 512).CopyTo(header.AsSpan(12288 + 512));
            header.AsSpan(12288, 512).Clear();
        });
        Expect.Fine(builder.Build(), Content);
    }

    [Fact]
    public void A_config_whose_data_pointer_is_its_name_reads_as_its_name()
    {
        Restored restored = Expect.Fine(Sound().Field(3068, 1).Build(), Content);
        Assert.Equal("a.conf\0"u8, restored.Manifest.Configs.Single().Data.Span);
    }

    [Fact]
    public void Configs_may_stand_in_any_slots_of_the_table()
    {
        ArchiveBuilder builder = Sound().EditHeader(header =>
        {
            header.AsSpan(2044, 4).CopyTo(header.AsSpan(2044 + 255 * 4));
            header.AsSpan(3068, 4).CopyTo(header.AsSpan(3068 + 255 * 4));
            header.AsSpan(2044, 4).Clear();
            header.AsSpan(3068, 4).Clear();
        });
        Assert.Equal("a.conf", Expect.Fine(builder.Build(), Content).Manifest.Configs.Single().Name.ToString());
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    public void Any_creation_time_is_read(long time)
    {
        byte[] archive = new ArchiveBuilder { CreationTime = time }.WholeDisk(1, "disk", Content).Build();
        Assert.Equal(time, Expect.Fine(archive, Content).Manifest.CreationTime);
    }
}
