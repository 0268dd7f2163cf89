// SPDX-License-Identifier: MIT

using Vma.Tests.Support;
using static Vma.Testing.ArchiveBuilder;

namespace Vma.Tests.Integrity;

/// <summary>Sealed archives that were cut, or lost, repeated or moved whole extents.</summary>
public sealed class LossTests
{
    [Fact]
    public void Every_cut_at_a_multiple_of_512_is_found()
    {
        AssertEveryCutIsFound(SealedSample.Extents(3));
        AssertEveryCutIsFound(SealedSample.ConfigOnly());
    }

    [Fact]
    public void A_cut_of_just_the_end_mark_is_found()
    {
        byte[] archive = SealedSample.Extents(2);
        Expect.OnlyDamage(Cut(archive, archive.Length - 512), VmaFaultCode.EndMarkMissing, archive.Length - 512);
    }

    [Theory]
    [InlineData(false, 0, 2)]
    [InlineData(true, 0, 2)]
    [InlineData(false, 1, 2)]
    [InlineData(true, 1, 2)]
    [InlineData(false, 0, 1)]
    [InlineData(true, 0, 1)]
    [InlineData(false, 0, 1, 2, 2)]
    [InlineData(true, 0, 1, 2, 2)]
    [InlineData(false, 0, 0, 1, 2)]
    [InlineData(true, 0, 0, 1, 2)]
    [InlineData(false, 1, 0, 2)]
    [InlineData(true, 1, 0, 2)]
    [InlineData(false, 0, 2, 1)]
    [InlineData(true, 0, 2, 1)]
    [InlineData(false, 0, 2, 2)]
    [InlineData(true, 0, 2, 2)]
    public void Extents_that_are_lost_repeated_or_swapped_are_found(bool fixNumbers, params int[] order)
    {
        byte[] damaged = Reorder(SealedSample.Extents(3), order, fixNumbers);
        Assert.True(Restored.Verify(damaged).Errors > 0);
        Assert.True(Restored.Verify(damaged, readData: false).Errors > 0);
        Assert.Throws<VmaException>(() => Restored.From(damaged));
    }

    [Fact]
    public void Extents_in_their_order_are_fine() =>
        Expect.Fine(Reorder(SealedSample.Extents(3), [0, 1, 2], fixNumbers: true), Pattern.Full(3 * 65536));

    [Fact]
    public void Swapped_extents_with_fixed_numbers_betray_themselves_by_the_end_mark()
    {
        byte[] damaged = Reorder(SealedSample.Extents(3), [1, 0, 2], fixNumbers: true);
        Expect.OnlyDamage(damaged, VmaFaultCode.EndMarkMismatch, damaged.Length - 512);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_lost_seal_is_found(int extent)
    {
        byte[] archive = SealedSample.Extents(3);
        byte[] damaged = Remove(archive, MiniReader.Read(archive).Extents[extent * 2 + 1].Offset, 512);
        Assert.True(Restored.Verify(damaged).Errors > 0);
        Assert.Throws<VmaException>(() => Restored.From(damaged));
    }

    [Fact]
    public void An_extent_that_was_added_without_a_seal_is_found()
    {
        byte[] archive = SealedSample.Extents(2);
        byte[] foreign = new ExtentDraft().Cluster(1, 0, Pattern.Full(65536)).ToBytes(Restored.Verify(archive).Manifest.Uuid);
        int second = MiniReader.Read(archive).Extents[2].Offset;
        VmaReadReport report = Restored.Verify(Insert(archive, second, foreign));
        Assert.Contains((VmaFaultCode.SealMissing, (long)second), report.Findings.Select(finding => (finding.Code, finding.Offset)));
        Assert.False(report.DataChecked);
        Assert.True(Restored.Verify(Insert(archive, 12800, foreign)).Errors > 0);
    }

    [Fact]
    public void A_zero_extent_that_was_added_is_found()
    {
        byte[] archive = SealedSample.Extents(2);
        byte[] foreign = new ExtentDraft().Cluster(1, 0, []).ToBytes(Restored.Verify(archive).Manifest.Uuid);
        int second = MiniReader.Read(archive).Extents[2].Offset;
        Expect.Has(Insert(archive, second, foreign), VmaFaultCode.SealMismatch, second + 512);
        Expect.Has(Insert(archive, archive.Length - 512, foreign), VmaFaultCode.EndMarkMismatch, archive.Length);
    }

    [Fact]
    public void What_stands_behind_the_end_mark_is_found()
    {
        byte[] archive = SealedSample.Extents(2);
        byte[] mark = archive[^512..];
        Expect.OnlyDamage(Append(archive, mark), VmaFaultCode.BehindEndMark, archive.Length);
        byte[] foreign = new ExtentDraft().Cluster(1, 0, []).ToBytes(Restored.Verify(archive).Manifest.Uuid);
        Assert.Contains(VmaFaultCode.BehindEndMark, Restored.Verify(Append(archive, foreign)).Findings.Select(finding => finding.Code));
    }

    [Fact]
    public void A_seal_that_stands_alone_is_found()
    {
        byte[] archive = SealedSample.Extents(2);
        int at = MiniReader.Read(archive).Extents[1].Offset;
        Expect.Damage(Insert(archive, at, archive[at..(at + 512)]), VmaFaultCode.SealMismatch, at + 512);
    }

    private static void AssertEveryCutIsFound(byte[] archive)
    {
        for (int length = 0; length < archive.Length; length += 512)
        {
            using var stream = new MemoryStream(archive, 0, length);
            if (length < 12800)
            {
                Assert.Equal(VmaFaultCode.HeaderCut, Assert.Throws<VmaException>(() => new VmaReader(stream)).Fault.Code);
                continue;
            }

            using var reader = new VmaReader(stream);
            Assert.True(VmaVerify.Run(reader).Errors > 0, $"a cut at {length} is not found");
            Assert.Throws<VmaException>(() => Restored.From(Cut(archive, length)));
        }
    }
}
