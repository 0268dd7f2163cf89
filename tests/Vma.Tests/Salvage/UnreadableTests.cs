// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Salvage;

/// <summary>Disks that give read errors.</summary>
public sealed class UnreadableTests
{
    private const int Sector = 4096;

    [Theory]
    [Slow]
    [InlineData(true)]
    [InlineData(false)]
    public void Around_sectors_that_cannot_be_read_everything_is_saved(bool seal) =>
        Property.ForSeeds(5, (random, seed) =>
        {
            SalvageSample sample = SalvageSample.Large(seed, seal);
            (int, int)[] bad = [.. Enumerable.Range(0, 10).Select(_ => (random.Next(4, sample.Archive.Length / Sector - 1) * Sector, Sector))];
            Salvaged salvaged = Salvaged.From(new WatchedStream(sample.Archive, bad));
            salvaged.LostJust(sample.Images, sample.Map.Touched(bad));
            Assert.Equal(bad.Distinct().Count() * (long)Sector, salvaged.Report.Findings.Where(finding => finding.Code == VmaFaultCode.Unreadable)
                .Select(finding => finding.Offset).Distinct().Count() * Sector);
        });

    [Fact]
    public void A_header_that_cannot_be_read_is_no_end()
    {
        SalvageSample sample = SalvageSample.Full(20);
        Salvaged salvaged = Salvaged.From(new WatchedStream(sample.Archive, (0, Sector)));
        Assert.Empty(salvaged.LostClusters);
        Assert.Equal(sample.Images[1], salvaged.Contents[1][..sample.Images[1].Length]);
    }

    [Fact]
    public void An_archive_that_starts_inside_its_file_is_salvaged_as_well()
    {
        SalvageSample sample = SalvageSample.Full(20, seal: false);
        (int, int) bad = (100 * Sector, Sector);
        var stream = new WatchedStream(ArchiveBuilder.Insert(sample.Archive, 0, new byte[64 * Sector]),
            (bad.Item1 + 64 * Sector, Sector))
        { Position = 64 * Sector };
        Salvaged.From(stream).LostJust(sample.Images, sample.Map.Touched(bad));
    }

    [Fact]
    public void A_bad_sector_is_tried_a_few_times_only()
    {
        SalvageSample sample = SalvageSample.Large(1);
        int bad = sample.Archive.Length / 2 / Sector * Sector;
        var stream = new WatchedStream(sample.Archive, (bad, Sector));
        Salvaged.From(stream);
        Assert.InRange(stream.Failures, 1, 8);
    }

    [Fact]
    public void A_pipe_that_fails_ends_the_salvage_with_its_error()
    {
        byte[] archive = SealedSample.Extents(3);
        Assert.Throws<IOException>(() => Salvaged.From(new BrokenPipe(archive[..100_000])));
    }

    private sealed class BrokenPipe(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer) => base.Read(buffer) is > 0 and int read ? read : throw new IOException("Input/output error", 5);
    }
}
