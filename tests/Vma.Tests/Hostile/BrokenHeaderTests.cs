// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Vma.Tests.Support;

namespace Vma.Tests.Hostile;

/// <summary>From the table of docs/format.md: headers that make an archive unusable.</summary>
public sealed class BrokenHeaderTests
{
    private const int VersionAt = 4, Md5At = 32, BlobOffsetAt = 48, BlobSizeAt = 52, HeaderSizeAt = 56, ConfigNameAt = 2044, ConfigDataAt = 3068;

    private static ArchiveBuilder Sound() => new ArchiveBuilder().Config("a.conf", 1, 2, 3).WholeDisk(1, "disk", Pattern.Full(5000));

    [Fact]
    public void An_archive_with_a_sound_header_is_fine() => Expect.Fine(Sound().Build(), Pattern.Full(5000));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Another_magic_is_no_archive(int at) =>
        Expect.HeaderRefused(Sound().EditHeader(header => header[at] ^= 0x40).Build(), VmaFaultCode.NotAnArchive, 0);

    [Theory]
    [InlineData(new byte[] { 0x28, 0xb5, 0x2f, 0xfd }, "zstd")]
    [InlineData(new byte[] { 0x89, 0x4c, 0x5a, 0x4f }, "lzop")]
    [InlineData(new byte[] { 0x1f, 0x8b, 8, 0 }, "gzip")]
    [InlineData(new byte[] { 0x42, 0x5a, 0x68, 0x39 }, "bzip2")]
    [InlineData(new byte[] { 0x51, 0x46, 0x49, 0xfb }, "qcow2")]
    public void A_file_of_another_kind_is_named(byte[] magic, string kind)
    {
        byte[] file = ArchiveBuilder.Overwrite(Sound().Build(), 0, magic);
        Assert.Contains(kind, Assert.Throws<VmaException>(() => new VmaReader(new MemoryStream(file))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(512)]
    [InlineData(12287)]
    [InlineData(12288)]
    [InlineData(12799)]
    public void A_file_shorter_than_its_header_is_cut_there(int length) =>
        Expect.HeaderRefused(ArchiveBuilder.Cut(Sound().Build(), length), VmaFaultCode.HeaderCut, length < 4 ? 0 : length);

    [Theory]
    [InlineData(0u)]
    [InlineData(512u)]
    [InlineData(12287u)]
    [InlineData(12288u)]
    [InlineData((16u << 20) + 1)]
    [InlineData(0x7fffffffu)]
    [InlineData(0xffffffffu)]
    public void A_header_size_out_of_bounds_is_refused(uint size) =>
        Expect.HeaderRefused(Sound().Field(HeaderSizeAt, size).Build(), VmaFaultCode.HeaderSize, HeaderSizeAt);

    [Fact]
    public void A_header_of_sixteen_mebibytes_is_read() =>
        Expect.Fine(new ArchiveBuilder { HeaderLength = 16 << 20 }.WholeDisk(1, "disk", Pattern.Full(5000)).Build(), Pattern.Full(5000));

    [Theory]
    [InlineData(8)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(47)]
    [InlineData(60)]
    [InlineData(4200)]
    [InlineData(12288)]
    [InlineData(12799)]
    public void A_byte_changed_behind_the_back_of_the_MD5_is_found(int at) =>
        Expect.HeaderRefused(Sound().DamageHeader(header => header[at] ^= 1).Build(), VmaFaultCode.HeaderChecksum, Md5At);

    [Theory]
    [InlineData(0u)]
    [InlineData(2u)]
    [InlineData(0x01000000u)]
    public void Another_version_is_refused(uint version) =>
        Expect.HeaderRefused(Sound().Field(VersionAt, version).Build(), VmaFaultCode.UnsupportedVersion, VersionAt);

    [Theory]
    [InlineData(0u)]
    [InlineData(12287u)]
    [InlineData(12800u)]
    [InlineData(0xffffffffu)]
    public void A_blob_buffer_that_begins_out_of_bounds_is_refused(uint offset) =>
        Expect.HeaderRefused(Sound().Field(BlobOffsetAt, offset).Build(), VmaFaultCode.BlobBuffer, BlobOffsetAt);

    [Theory]
    [InlineData(513u)]
    [InlineData(0x80000000u)]
    [InlineData(0xffffffffu)]
    public void A_blob_buffer_that_ends_out_of_bounds_is_refused(uint size) =>
        Expect.HeaderRefused(Sound().Field(BlobSizeAt, size).Build(), VmaFaultCode.BlobBuffer, BlobOffsetAt);

    [Theory]
    [InlineData(2u)]
    [InlineData(500u)]
    [InlineData(0xffffffffu)]
    public void A_config_name_that_hits_no_blob_is_refused(uint at) =>
        Expect.HeaderRefused(Sound().Field(ConfigNameAt, at).Build(), VmaFaultCode.ConfigPointer, ConfigNameAt);

    [Theory]
    [InlineData(9u)]
    [InlineData(511u)]
    public void Config_data_that_hits_no_blob_is_refused(uint at) =>
        Expect.HeaderRefused(Sound().Field(ConfigDataAt, at).Build(), VmaFaultCode.ConfigPointer, ConfigDataAt);

    [Theory]
    [InlineData(ConfigNameAt)]
    [InlineData(ConfigDataAt)]
    public void A_config_that_points_nowhere_is_ignored(int field)
    {
        byte[] archive = Sound().Field(field, 0).Config("b.conf", 4).Build();
        Expect.Warning(archive, VmaFaultCode.ConfigIgnored, field, Pattern.Full(5000));
        using var reader = new VmaReader(new MemoryStream(archive));
        Assert.Equal("b.conf", Assert.Single(reader.Manifest.Configs).Name.ToString());
    }

    [Fact]
    public void A_blob_that_runs_past_the_buffer_is_none()
    {
        byte[] archive = Sound().EditHeader(header => BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(12289), 0xffff)).Build();
        Expect.HeaderRefused(archive, VmaFaultCode.ConfigPointer, ConfigNameAt);
    }

    [Fact]
    public void A_config_name_without_NUL_is_refused() =>
        Expect.HeaderRefused(new ArchiveBuilder().ConfigOfBlobs([.. "a.conf"u8], [1]).Build(), VmaFaultCode.NameNotTerminated, ConfigNameAt);

    [Fact]
    public void An_empty_config_name_blob_is_refused() =>
        Expect.HeaderRefused(new ArchiveBuilder().ConfigOfBlobs([], [1]).Build(), VmaFaultCode.NameNotTerminated, ConfigNameAt);
}
