// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Salvage;

/// <summary>Bytes cut off, lost from inside, added, and extents that come again.</summary>
public sealed class MovedTests
{
    [Fact]
    public void Of_a_cut_archive_all_that_was_sealed_before_the_cut_is_saved() =>
        Property.ForSeeds(30, random =>
        {
            SalvageSample sample = SalvageSample.Full(20);
            int length = random.Next(sample.Map.HeaderLength, sample.Archive.Length);
            Salvaged salvaged = Salvaged.From(ArchiveBuilder.Cut(sample.Archive, length));
            salvaged.LostJust(sample.Images, ArchiveMap.ClustersOf(sample.Map.Extents.Where(extent => extent.UnitEnd > length)));
            Assert.True(salvaged.Report.Errors > 0);
            Assert.Equal(length, salvaged.Report.ArchiveBytes);
        });

    [Fact]
    public void Of_a_cut_plain_archive_every_cluster_that_is_whole_is_saved() =>
        Property.ForSeeds(30, random =>
        {
            SalvageSample sample = SalvageSample.Full(20, seal: false);
            int length = random.Next(sample.Map.HeaderLength, sample.Archive.Length);
            var lost = sample.Map.Extents.SelectMany(extent => extent.Slots).Where(slot => slot.DataOffset + slot.Length > length)
                .Select(slot => (slot.Device, slot.Cluster)).ToHashSet();
            Salvaged.From(ArchiveBuilder.Cut(sample.Archive, length)).LostJust(sample.Images, lost);
        });

    [Fact]
    public void What_remains_around_removed_bytes_is_saved() =>
        Property.ForSeeds(30, random =>
        {
            SalvageSample sample = SalvageSample.Full(20);
            int count = random.Next(1, 200_000);
            int offset = random.Next(sample.Map.HeaderLength, sample.Archive.Length - count);
            Salvaged salvaged = Salvaged.From(ArchiveBuilder.Remove(sample.Archive, offset, count));
            salvaged.LostJust(sample.Images, sample.Map.Touched((offset, count)));
        });

    [Fact]
    public void Bytes_inserted_into_an_extent_cost_no_more_than_its_clusters() =>
        Property.ForSeeds(30, random =>
        {
            SalvageSample sample = SalvageSample.Full(20);
            MapExtent hit = sample.Map.Extents[random.Next(sample.Map.Extents.Count)];
            int offset = random.Next(hit.Offset + 1, hit.UnitEnd);
            Salvaged salvaged = Salvaged.From(ArchiveBuilder.Insert(sample.Archive, offset, Pattern.Full(random.Next(1, 100_000))));
            Assert.Subset(ArchiveMap.ClustersOf(hit), salvaged.LostClusters);
            salvaged.LostJust(sample.Images, salvaged.LostClusters);
        });

    [Fact]
    public void Bytes_inserted_between_extents_cost_nothing() =>
        Property.ForSeeds(10, random =>
        {
            SalvageSample sample = SalvageSample.Full(20);
            int offset = sample.Map.Extents[random.Next(sample.Map.Extents.Count)].Offset;
            Salvaged.From(ArchiveBuilder.Insert(sample.Archive, offset, Pattern.Full(random.Next(1, 100_000))))
                .LostJust(sample.Images, new HashSet<(byte, uint)>());
        });

    [Theory]
    [InlineData(1)]
    [InlineData(512)]
    [InlineData(100_000)]
    public void A_plain_extent_from_whose_inside_bytes_are_missing_is_not_trusted(int count)
    {
        SalvageSample sample = SalvageSample.Full(20, seal: false);
        MapExtent hit = sample.Map.Extents[2];
        byte[] damaged = ArchiveBuilder.Remove(sample.Archive, hit.Offset + 70_000, count);
        Salvaged.From(damaged).LostJust(sample.Images, ArchiveMap.ClustersOf(hit));
        Assert.True(Salvaged.From(damaged, new VmaSalvageOptions { KeepDamaged = true }).Report.Devices[0].KeptDamagedClusters > 0);
    }

    [Fact]
    public void Repeated_and_reordered_extents_cost_nothing()
    {
        SalvageSample sample = SalvageSample.Full(20);
        Salvaged.From(ArchiveBuilder.Reorder(sample.Archive, [3, 3, 1, 0, 2, 4, 0], fixNumbers: false)).LostJust(sample.Images, new HashSet<(byte, uint)>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_good_copy_makes_up_for_a_damaged_one(bool damagedFirst)
    {
        SalvageSample sample = SalvageSample.Full(20);
        MapExtent extent = sample.Map.Extents[2];
        byte[] copy = sample.Archive[extent.Offset..extent.UnitEnd];
        byte[] twice = ArchiveBuilder.Insert(sample.Archive, extent.Offset, copy);
        int hit = (damagedFirst ? extent.Offset : extent.UnitEnd) + 512;
        foreach ((int, int)[] damage in ((int, int)[][])[[(hit, 300_000)], [(hit - 512, 512)], [(hit + extent.End - extent.Offset - 512, 512)]])
        {
            byte[] damaged = ArchiveBuilder.Scramble(twice, new Random(1), damage.Select(range => (range.Item1, Math.Min(range.Item2, copy.Length - 512))));
            Salvaged.From(damaged).LostJust(sample.Images, new HashSet<(byte, uint)>());
            Salvaged kept = Salvaged.From(damaged, new VmaSalvageOptions { KeepDamaged = true });
            kept.LostJust(sample.Images, new HashSet<(byte, uint)>());
        }
    }

    [Fact]
    public void An_extent_that_was_added_without_a_seal_is_not_trusted()
    {
        SalvageSample sample = SalvageSample.Full(20);
        byte[] foreign = new ExtentDraft().Cluster(1, 2, Pattern.Full(65536, seed: 9)).ToBytes(Restored.Verify(sample.Archive).Manifest.Uuid);
        foreach (int at in (int[])[sample.Map.Extents[0].Offset, sample.Map.Extents[3].Offset, sample.Archive.Length])
        {
            Salvaged.From(ArchiveBuilder.Insert(sample.Archive, at, foreign)).LostJust(sample.Images, new HashSet<(byte, uint)>());
        }
    }

    [Fact]
    public void A_first_extent_that_lost_its_seal_is_dropped_also_where_the_header_promises_none()
    {
        byte[] content = Pattern.Full(3 * 65536);
        byte[] archive = new ArchiveBuilder { Sealed = true }.WholeDisk(1, "disk", content, perExtent: 1).Build();
        var map = new ArchiveMap(archive);
        byte[] damaged = ArchiveBuilder.FlipBit(archive, (map.Extents[0].End + 30) * 8L);
        Salvaged.From(damaged).LostJust(new Dictionary<byte, byte[]> { [1] = content }, new HashSet<(byte, uint)> { (1, 0) });
    }
}
