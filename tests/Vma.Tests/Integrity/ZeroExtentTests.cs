// SPDX-License-Identifier: MIT

using Vma.Disks;
using Vma.Tests.Support;
using static Vma.Testing.ArchiveBuilder;

namespace Vma.Tests.Integrity;

/// <summary>Extents that store nothing share the seal, or the end mark, that comes next.</summary>
public sealed class ZeroExtentTests
{
    private const int FirstData = 2, FirstSeal = 3, SecondData = 6, EndMark = 10;

    private static readonly byte[] Archive = SealedSample.ZeroRuns();

    /// <summary>Two zero extents, one with data and its seal, two zero extents, one with data and its seal, two zero extents, the end mark.</summary>
    private static readonly int[] Starts = [.. MiniReader.Read(Archive).Extents.Select(extent => extent.Offset)];

    /// <summary>Which two zero extents share a seal, and which data extent or end mark tells of them.</summary>
    public static TheoryData<int, int, int> Runs => new() { { 0, 1, FirstData }, { 4, 5, SecondData }, { 8, 9, EndMark } };

    [Fact]
    public void They_have_no_seal_of_their_own()
    {
        Assert.Equal(11, Starts.Length);
        Assert.Equal(Starts[0] + 6 * 512 + 2 * (512 + 65536 + 512) + 512, Archive.Length);
        Assert.True(Expect.Fine(Archive, SealedSample.ZeroRunsContent).Report is { Sealed: true, DataChecked: true });
    }

    [Fact]
    public void A_run_of_any_length_shares_one_mark()
    {
        byte[] archive = Write(new byte[5000 * 65536], perExtent: 1);
        Assert.Equal(12800 + 5000 * 512 + 512, archive.Length);
        Assert.Empty(Restored.Verify(archive).Findings);
        Expect.Has(Remove(archive, 12800 + 2500 * 512, 512), VmaFaultCode.EndMarkMismatch, archive.Length - 1024);
    }

    [Fact]
    public void What_the_writer_seals_is_what_the_page_says() =>
        Property.ForSeeds(20, random =>
        {
            byte[] content = Pattern.Patchy(random.Next(1, 16 * 65536), random);
            int perExtent = random.Next(1, 4);
            byte[] expected = new ArchiveBuilder { Sealed = true, PromisesSeals = true }.WholeDisk(1, "disk", content, perExtent).Build();
            Assert.True(expected.AsSpan().SequenceEqual(Write(content, perExtent)), "the writer's archive is not the page's");
            Expect.Fine(expected, content);
        });

    [Theory]
    [MemberData(nameof(Runs))]
    public void One_that_is_lost_is_found(int first, int second, int teller)
    {
        foreach (int lost in (int[])[first, second])
        {
            Expect.Has(Remove(Archive, Starts[lost], 512), CodeOf(teller), Starts[teller] - 512);
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void One_that_is_added_is_found(int first, int second, int teller)
    {
        foreach (int place in (int[])[first, second, teller])
        {
            Expect.Has(Insert(Archive, Starts[place], Header(second)), CodeOf(teller), Starts[teller] + 512);
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Two_that_are_swapped_are_found_though_each_is_right(int first, int second, int teller)
    {
        byte[] damaged = Swap(Archive, Starts[first], Starts[second]);
        Expect.OnlyDamage(damaged, CodeOf(teller), Starts[teller]);
        byte[] plain = SealedSample.ZeroRuns(seal: false);
        int[] starts = [.. MiniReader.Read(plain).Extents.Select(extent => extent.Offset)];
        Expect.Fine(Swap(plain, starts[0], starts[1]), SealedSample.ZeroRunsContent);
    }

    [Theory]
    [InlineData(1, 4, FirstData)]
    [InlineData(0, 9, FirstData)]
    [InlineData(5, 8, SecondData)]
    public void Two_that_are_swapped_across_a_seal_are_found(int one, int other, int teller) =>
        Expect.Has(Swap(Archive, Starts[one], Starts[other]), CodeOf(teller), Starts[teller]);

    [Theory]
    [MemberData(nameof(Runs))]
    public void One_that_moved_behind_the_seal_is_found(int first, int second, int teller)
    {
        int behind = teller == EndMark ? Archive.Length : Starts[teller + 2];
        byte[] damaged = Remove(Insert(Archive, behind, Header(first)), Starts[first], 512);
        Assert.NotEqual(first, second);
        Expect.Has(damaged, CodeOf(teller), Starts[teller] - 512);
    }

    /// <summary>The MD5 is made right, so that only the seal can tell. All of this is nothing to a reader of the disk.</summary>
    [Theory]
    [MemberData(nameof(Runs))]
    public void A_changed_byte_that_means_nothing_is_found(int first, int second, int teller)
    {
        foreach (int at in (int[])[40 + 2, 40 + 8 + 2, 40 + 58 * 8 + 7])
        {
            foreach (int extent in (int[])[first, second])
            {
                byte[] damaged = Overwrite(Archive, Starts[extent] + at, 0x40);
                ExtentDraft.Sign(damaged.AsSpan(Starts[extent], 512));
                Expect.OnlyDamage(damaged, CodeOf(teller), Starts[teller]);
            }
        }
    }

    [Fact]
    public void An_interrupted_archive_is_right_up_to_where_it_ends()
    {
        byte[] cut = Cut(Archive, Starts[SecondData]);
        Assert.Equal([VmaFaultCode.MissingClusters, VmaFaultCode.EndMarkMissing], Restored.Verify(cut).Findings.Select(finding => finding.Code));
        Assert.Equal([new VmaByteRange(5 * 65536, 3 * 65536)], Salvaged.From(cut).Report.Devices[0].Lost);
    }

    [Fact]
    public void A_lost_seal_takes_only_the_data_of_its_extent_along()
    {
        byte[] damaged = FlipBit(Archive, (Starts[FirstSeal] + 100) * 8L);
        Assert.Equal(
            [VmaFaultCode.SealMissing, VmaFaultCode.ExtentChecksum, VmaFaultCode.EndMarkMismatch],
            Restored.Verify(damaged).Findings.Select(finding => finding.Code));
        Assert.Equal([new VmaByteRange(2 * 65536, 65536)], Salvaged.From(damaged).Report.Devices[0].Lost);
    }

    private static VmaFaultCode CodeOf(int teller) => teller == EndMark ? VmaFaultCode.EndMarkMismatch : VmaFaultCode.SealMismatch;

    private static byte[] Header(int extent) => Archive[Starts[extent]..(Starts[extent] + 512)];

    private static byte[] Swap(byte[] archive, int one, int other) =>
        Overwrite(Overwrite(archive, one, archive[other..(other + 512)]), other, archive[one..(one + 512)]);

    private static byte[] Write(byte[] content, int perExtent)
    {
        var output = new MemoryStream();
        using var writer = new VmaWriter(output, new VmaWriterOptions
        {
            Uuid = new ArchiveBuilder().Uuid,
            CreationTime = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000),
            ClustersPerExtent = perExtent,
        });
        writer.Copy(new Dictionary<VmaDeviceWriter, IBlockSource> { [writer.AddDevice("disk", content.Length)] = new MemoryDisk(content) });
        writer.Commit();
        return output.ToArray();
    }
}
