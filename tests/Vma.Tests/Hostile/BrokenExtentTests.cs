// SPDX-License-Identifier: MIT

using Vma.Tests.Support;
using static Vma.Testing.ArchiveBuilder;

namespace Vma.Tests.Hostile;

/// <summary>From the table of docs/format.md: extents that are cut, or wrong in themselves, and bytes that are no extent.</summary>
public sealed class BrokenExtentTests
{
    private static readonly byte[] Content = Pattern.Full(3 * 65536);

    /// <summary>Three extents of one full cluster each: at 12800, 78848 and 144896, and 210944 bytes in all.</summary>
    private static ArchiveBuilder Sound() => new ArchiveBuilder().WholeDisk(1, "disk", Content, perExtent: 1);

    private static byte[] WithSecondExtent(Action<ExtentDraft> change)
    {
        ArchiveBuilder builder = new ArchiveBuilder().Device(1, "disk", 3 * 65536);
        for (uint i = 0; i < 3; i++)
        {
            ExtentDraft extent = builder.Extent().Cluster(1, i, Content.AsSpan((int)i * 65536, 65536));
            if (i == 1)
            {
                change(extent);
            }
        }

        return builder.Build();
    }

    [Fact]
    public void An_archive_with_sound_extents_is_fine() => Expect.Fine(Sound().Build(), Content);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(511)]
    public void A_cut_in_an_extent_header_is_found(int rest) =>
        Expect.Damage(Cut(Sound().Build(), 144896 + rest), VmaFaultCode.ExtentCut, 144896);

    [Theory]
    [InlineData(144896 + 512)]
    [InlineData(144896 + 512 + 1)]
    [InlineData(210944 - 512)]
    [InlineData(210943)]
    public void A_cut_in_the_data_is_found(int length) => Expect.Damage(Cut(Sound().Build(), length), VmaFaultCode.DataCut, length);

    [Fact]
    public void A_cut_between_two_extents_is_found_by_the_clusters_that_lack() =>
        Expect.OnlyDamage(Cut(Sound().Build(), 144896), VmaFaultCode.MissingClusters, 144896, device: 1, cluster: 2);

    [Fact]
    public void An_archive_that_ends_behind_its_header_is_cut()
    {
        Expect.Damage(Cut(Sound().Build(), 12800), VmaFaultCode.NoExtents, 12800);
        Expect.Damage(new ArchiveBuilder().Device(1, "disk", 1).Build(), VmaFaultCode.NoExtents, 12800);
    }

    [Fact]
    public void An_archive_of_configs_only_lacks_nothing()
    {
        byte[] archive = new ArchiveBuilder().Config("a", 1).Build();
        Expect.Fine(archive);
        Assert.Equal((0, 0), (Salvaged.From(archive).Report.Errors, Salvaged.From(archive).Report.Warnings));
        using var opened = VmaArchive.Open(new MemoryStream(archive), new VmaArchiveOptions { RefuseDamaged = true });
        Assert.Empty(opened.Findings);
        Expect.Warning(Append(archive, new byte[5000]), VmaFaultCode.ZeroPadding, 12800);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(511)]
    public void Bytes_behind_the_end_are_found(int count) =>
        Expect.OnlyDamage(Append(Sound().Build(), Pattern.Full(count)), VmaFaultCode.TrailingBytes, 210944);

    [Theory]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(70000)]
    [InlineData(3000000)]
    public void Garbage_behind_the_end_is_found(int count) =>
        Expect.Damage(Append(Sound().Build(), Pattern.Full(count)), VmaFaultCode.ExtentMagic, 210944);

    [Fact]
    public void Another_extent_magic_is_found() => Expect.Damage(WithSecondExtent(extent => extent.Magic = "VMAX"), VmaFaultCode.ExtentMagic, 78848);

    [Fact]
    public void An_extent_header_that_does_not_match_its_MD5_is_found() =>
        Expect.Damage(WithSecondExtent(extent => extent.WrongMd5 = true), VmaFaultCode.ExtentChecksum, 78848 + 24);

    [Fact]
    public void An_extent_of_another_archive_is_found() =>
        Expect.Damage(WithSecondExtent(extent => extent.Uuid = Guid.Empty), VmaFaultCode.ExtentUuid, 78848 + 8);

    [Fact]
    public void A_reserved_field_that_is_not_zero_is_found() =>
        Expect.Damage(WithSecondExtent(extent => extent.Reserved = 1), VmaFaultCode.ExtentReserved, 78848 + 4);

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(17)]
    [InlineData(944)]
    [InlineData(65535)]
    public void A_block_count_that_is_not_that_of_the_slots_is_found(int count) =>
        Expect.Damage(WithSecondExtent(extent => extent.BlockCount = count), VmaFaultCode.BlockCount, 78848 + 6);

    [Fact]
    public void A_block_count_without_any_slot_is_found()
    {
        ArchiveBuilder builder = Sound();
        builder.Extent().BlockCount = 1;
        Expect.Damage(builder.Build(), VmaFaultCode.BlockCount, 210944 + 6);
    }

    [Fact]
    public void Masks_of_unused_slots_do_not_count()
    {
        byte[] archive = WithSecondExtent(extent => extent.Unused(0xffff_0000_0000_0000).BlockCount = 32);
        Expect.Damage(archive, VmaFaultCode.BlockCount, 78848 + 6);
    }

    [Fact]
    public void Verify_goes_on_behind_a_broken_header_and_tells_what_is_lost()
    {
        VmaReadReport report = Restored.Verify(WithSecondExtent(extent => extent.WrongMd5 = true));
        Assert.Equal([VmaFaultCode.BytesSkipped, VmaFaultCode.ExtentChecksum, VmaFaultCode.MissingClusters], report.Findings.Select(finding => finding.Code));
        Assert.Equal((2, 1), (report.Devices[0].Clusters, report.Devices[0].MissingClusters));
    }

    [Fact]
    public void Verify_goes_on_where_bytes_were_lost_or_added_inside_the_data()
    {
        byte[] sound = Sound().Build();
        VmaReadReport lost = Restored.Verify(Remove(sound, 100000, 1000));
        Assert.Contains((VmaFaultCode.DataCut, 144896L - 1000), lost.Findings.Select(finding => (finding.Code, finding.Offset)));
        Assert.Equal((2, 0, 1), (lost.Devices[0].Clusters, lost.Devices[0].MissingClusters, lost.Devices[0].DamagedClusters));
        VmaReadReport added = Restored.Verify(Insert(sound, 100000, Pattern.Full(1000)));
        Assert.True(added.Errors > 0);
        Assert.Equal(3, added.Devices[0].Clusters + added.Devices[0].DamagedClusters);
    }
}
