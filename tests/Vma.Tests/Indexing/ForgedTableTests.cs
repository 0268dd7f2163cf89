// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Indexing;

/// <summary>
/// Seek tables and cluster maps that were forged together with the frames: a reader at any place gives what a pass forward gives, or refuses, and verify tells.
/// </summary>
public sealed class ForgedTableTests
{
    private const int Cluster = ArchiveBuilder.Cluster;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_told_as_it_is_reads_the_same_in_both_ways(bool isSealed)
    {
        byte[] archive = Forgery.Honest(isSealed);
        Assert.Empty(Restored.Verify(archive).Findings);
        AssertReads(archive, Forgery.Good);
        AssertReads(archive, Forgery.Good, new VmaArchiveOptions { ProvenBytes = 0 });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Frames_that_a_skippable_frame_hides_are_not_read(bool isSealed)
    {
        byte[] archive = Forgery.HiddenFrames(isSealed);
        AssertTold(archive, VmaFaultCode.SeekTableMismatch);
        AssertReads(archive, Forgery.Good);
        AssertReads(archive, Forgery.Good, new VmaArchiveOptions { ProvenBytes = 0 });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_hidden_frame_is_not_read_though_only_another_disk_shows_it(bool isSealed)
    {
        byte[] archive = Forgery.HiddenFrameOfAnotherDisk(isSealed);
        AssertTold(archive, VmaFaultCode.SeekTableMismatch);
        AssertReads(archive, Forgery.Good);
        Assert.Equal(Forgery.Good, Read(archive, "drive-scsi1", new VmaArchiveOptions()));
    }

    [Fact]
    public void Data_that_looks_like_an_extent_at_the_start_of_a_frame_is_read_as_data()
    {
        byte[] archive = Forgery.ExtentInsideData(out byte[] content);
        AssertTold(archive, VmaFaultCode.ClusterMapMismatch);
        AssertReads(archive, content);
        AssertReads(archive, content, new VmaArchiveOptions { ProvenBytes = 0 });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_cluster_that_is_there_twice_is_refused_though_the_map_names_one(bool isSealed)
    {
        byte[] archive = Forgery.Repeated(isSealed);
        VmaReadReport report = Restored.Verify(archive);
        Assert.Equal(4, report.Findings.Where(finding => finding.Code == VmaFaultCode.DuplicateCluster).Sum(finding => finding.Count));
        Assert.Single(report.Findings, finding => finding.Code == VmaFaultCode.ClusterMapMismatch);
        using var opened = VmaArchive.Open(new MemoryStream(archive));
        VmaDisk disk = opened.OpenDisk("drive-scsi0");
        for (int cluster = 0; cluster < 4; cluster++)
        {
            VmaFault fault = Assert.Throws<VmaException>(() => disk.ReadAt(cluster * Cluster + 7, new byte[10])).Fault;
            Assert.Equal((VmaFaultCode.DuplicateCluster, cluster), (fault.Code, fault.Cluster));
        }
    }

    [Fact]
    public void A_cluster_that_the_map_leaves_out_is_read_from_its_extent()
    {
        SeekableDraft draft = Draft();
        draft.Map[0] = draft.Map[0] with { Clusters = 3, Last = 2 };
        AssertTold(draft.Build(), VmaFaultCode.ClusterMapMismatch);
        AssertReads(draft.Build(), Forgery.Good);
    }

    [Fact]
    public void Clusters_that_the_map_calls_zeros_are_read_from_their_extent()
    {
        SeekableDraft draft = Draft();
        draft.Map[0] = draft.Map[0] with { IsZero = true };
        AssertTold(draft.Build(), VmaFaultCode.ClusterMapMismatch);
        AssertReads(draft.Build(), Forgery.Good);
    }

    [Fact]
    public void An_entry_of_two_frames_is_given_up()
    {
        List<byte[]> parts = SeekableDraft.Parts(new ArchiveBuilder().WholeDisk(1, "drive-scsi0", Forgery.Good).Build());
        SeekableDraft draft = new SeekableDraft().Frame(parts[0]);
        byte[][] halves = [SeekableDraft.FrameOf(parts[1][..1000]), SeekableDraft.FrameOf(parts[1][1000..])];
        draft.Map.AddRange(SeekableDraft.MapEntry.Of(1, parts[1]));
        draft.Raw([.. halves[0], .. halves[1]]).Table.Add((halves.Sum(half => half.Length), parts[1].Length));
        AssertTold(draft.Build(), VmaFaultCode.SeekTableMismatch);
        AssertReads(draft.Build(), Forgery.Good);
        AssertReads(draft.Build(), Forgery.Good, new VmaArchiveOptions { ProvenBytes = 0 });
    }

    [Fact]
    public void A_table_inside_the_last_frame_is_told_and_not_used()
    {
        byte[] hidden = Draft().Build();
        byte[] archive = [.. hidden, .. SeekableDraft.Skippable(SeekableDraft.MapMagic, hidden[^60..])];
        AssertTold(archive, VmaFaultCode.SeekTableMismatch);
        AssertReads(archive, Forgery.Good);
    }

    [Fact]
    public void A_damaged_map_is_told_and_not_used()
    {
        byte[] archive = Draft().Build();
        int map = archive.AsSpan().LastIndexOf("VMAI"u8);
        archive[map + 13] ^= 1;
        AssertTold(archive, VmaFaultCode.ClusterMapMismatch);
        AssertReads(archive, Forgery.Good);
    }

    [Fact]
    public void A_stream_without_a_table_has_nothing_to_tell()
    {
        byte[] archive = Draft().Build();
        int table = archive.AsSpan().LastIndexOf((byte[])[0x5e, 0x2a, 0x4d, 0x18]);
        Assert.Empty(Restored.Verify(archive[..table]).Findings);
        AssertReads(archive[..table], Forgery.Good);
    }

    private static SeekableDraft Draft() => SeekableDraft.Of(new ArchiveBuilder().WholeDisk(1, "drive-scsi0", Forgery.Good).Build());

    private static void AssertTold(byte[] archive, VmaFaultCode code)
    {
        foreach (bool readData in (bool[])[true, false])
        {
            VmaFault told = Assert.Single(Restored.Verify(archive, readData).Findings);
            Assert.Equal((code, VmaSeverity.Error), (told.Code, told.Severity));
            Assert.NotNull(told.CompressedOffset);
        }
    }

    private static void AssertReads(byte[] archive, byte[] content, VmaArchiveOptions? options = null)
    {
        Assert.Equal(content, Restored.From(archive).Contents[1]);
        Assert.Equal(content, Read(archive, "drive-scsi0", options ?? new VmaArchiveOptions()));
    }

    private static byte[] Read(byte[] archive, string name, VmaArchiveOptions options)
    {
        using var opened = VmaArchive.Open(new MemoryStream(archive), options);
        VmaDisk disk = opened.OpenDisk(name);
        var content = new byte[disk.Length];
        disk.ReadAt(0, content);
        return content;
    }
}
