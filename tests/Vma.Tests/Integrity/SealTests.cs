// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Integrity;

public sealed class SealTests
{
    [Fact]
    public void What_the_writer_seals_is_what_the_page_says()
    {
        byte[] content = Pattern.Full(70 * 65536);
        var output = new MemoryStream();
        using var writer = new VmaWriter(output,
            new VmaWriterOptions { Uuid = new ArchiveBuilder().Uuid, CreationTime = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000) });
        VmaDeviceWriter device = writer.AddDevice("disk", content.Length);
        for (int i = 0; i < 70; i++)
        {
            device.WriteCluster(i, content.AsSpan(i * 65536, 65536));
        }

        writer.Commit();
        Assert.Equal(new ArchiveBuilder { Sealed = true, PromisesSeals = true }.WholeDisk(1, "disk", content).Build(), output.ToArray());
    }

    [Fact]
    public void A_sealed_archive_is_sound_and_its_data_checked()
    {
        VmaReadReport report = Restored.Verify(SealedSample.Extents(3));
        Assert.Empty(report.Findings);
        Assert.Equal((true, true), (report.Sealed, report.DataChecked));
        VmaReadReport quick = Restored.Verify(SealedSample.Extents(3), readData: false);
        Assert.Empty(quick.Findings);
        Assert.Equal((true, false), (quick.Sealed, quick.DataChecked));
    }

    [Fact]
    public void A_sealed_archive_without_data_has_just_its_end_mark()
    {
        byte[] archive = SealedSample.ConfigOnly();
        Assert.Equal(12800 + 512, archive.Length);
        VmaReadReport report = Restored.Verify(archive);
        Assert.Empty(report.Findings);
        Assert.True(report.Sealed);
    }

    [Fact]
    public void A_reader_that_knows_no_seals_reads_the_same() =>
        Property.ForSeeds(10, (_, seed) =>
        {
            byte[] archive = SealedSample.Varied(seed);
            MiniReader mini = MiniReader.Read(archive);
            Restored restored = Restored.From(archive);
            Assert.Equal(mini.Devices.Keys, restored.Contents.Keys);
            Assert.All(restored.Contents, disk => Assert.Equal(mini.ContentOf(disk.Key), disk.Value));
            Assert.Equal(restored.Contents.Values, Restored.From(SealedSample.Varied(seed, seal: false)).Contents.Values);
        });

    [Theory]
    [InlineData(0, 'X')] // another magic
    [InlineData(4, (char)3)] // another kind
    [InlineData(4, (char)0)]
    [InlineData(5, (char)1)] // another version
    public void Null_extents_of_others_are_skipped_without_a_word(int at, char value)
    {
        byte[] payload = [.. "VSEA\x01\x02"u8, .. Pattern.Full(289)];
        payload[at] = (byte)value;
        byte[] content = Pattern.Full(65536);
        foreach (bool isSealed in (bool[])[true, false])
        {
            ArchiveBuilder builder = new ArchiveBuilder { Sealed = isSealed }.Device(1, "disk", 65536);
            builder.Null(payload);
            builder.Extent().Cluster(1, 0, content);
            builder.Null(payload);
            Restored restored = Expect.Fine(builder.Build(), content);
            Assert.Equal(isSealed, restored.Report.Sealed);
        }
    }

    [Fact]
    public void Empty_extents_are_neither_numbered_nor_sealed()
    {
        ArchiveBuilder builder = new ArchiveBuilder { Sealed = true }.Device(1, "disk", 2 * 65536);
        builder.Extent();
        builder.Extent().Cluster(1, 0, []);
        builder.Extent();
        builder.Extent().Cluster(1, 1, []);
        builder.Extent();
        Assert.True(Expect.Fine(builder.Build(), new byte[2 * 65536]).Report.DataChecked);
    }

    [Fact]
    public void A_seal_covers_unused_slots_between_used_ones()
    {
        ArchiveBuilder builder = new ArchiveBuilder { Sealed = true }.Device(1, "disk", 2 * 65536);
        builder.Extent().Unused().Cluster(1, 0, []).Unused().Cluster(1, 1, Pattern.Full(65536));
        Expect.Fine(builder.Build(), [.. new byte[65536], .. Pattern.Full(65536)]);
    }
}
