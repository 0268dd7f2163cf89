// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Salvage;

[Slow]
public sealed class OverwrittenTests
{
    private const int Region = 64 << 10;

    [Fact]
    public void Of_ten_overwritten_regions_exactly_the_clusters_touched_are_lost() =>
        Property.ForSeeds(6, (random, seed) =>
        {
            SalvageSample sample = SalvageSample.Large(seed);
            (int, int)[] regions = Regions(sample, random);
            Salvaged salvaged = Salvaged.From(ArchiveBuilder.Scramble(sample.Archive, random, regions));
            salvaged.LostJust(sample.Images, sample.Map.Touched(regions));
            Assert.Equal((true, true), (salvaged.Report.Sealed, salvaged.Report.HeaderIsWhole));
            Assert.True(salvaged.Report.Errors > 0 || salvaged.LostClusters.Count == 0);
            Assert.All(salvaged.Report.Devices, device =>
                Assert.Equal(device.Device.ClusterCount, device.RecoveredClusters + salvaged.LostClusters.Count(lost => lost.Device == device.Device.Id)));
        });

    [Fact]
    public void Of_a_header_or_a_seal_that_is_hit_just_that_extent_is_lost() =>
        Property.ForSeeds(10, (random, seed) =>
        {
            SalvageSample sample = SalvageSample.Full(40);
            MapExtent hit = sample.Map.Extents[random.Next(sample.Map.Extents.Count)];
            int at = random.Next(2) == 0 ? hit.Offset : hit.End;
            byte[] damaged = ArchiveBuilder.FlipBit(sample.Archive, at * 8L + random.Next(512 * 8));
            Salvaged.From(damaged).LostJust(sample.Images, ArchiveMap.ClustersOf(hit));
        });

    [Fact]
    public void Clusters_of_zeros_need_no_seal()
    {
        byte[] content = new byte[8 * 65536];
        Pattern.Full(65536).CopyTo(content, 65536);
        SalvageSample sample = SalvageSample.Of(new VmaWriterOptions(), ("disk", content));
        byte[] damaged = ArchiveBuilder.FlipBit(sample.Archive, (sample.Map.Extents[0].End + 100) * 8L);
        Salvaged.From(damaged).LostJust(sample.Images, new HashSet<(byte, uint)> { (1, 1) });
    }

    [Fact]
    public void Damaged_clusters_are_written_as_they_are_when_they_are_to_be_kept() =>
        Property.ForSeeds(3, (random, seed) =>
        {
            SalvageSample sample = SalvageSample.Large(seed);
            (int, int)[] regions = Regions(sample, random);
            byte[] damaged = ArchiveBuilder.Scramble(sample.Archive, random, regions);
            Salvaged salvaged = Salvaged.From(damaged, new VmaSalvageOptions { KeepDamaged = true });
            Assert.Equal(sample.Map.Touched(regions), salvaged.LostClusters);

            Dictionary<byte, byte[]> expected = sample.Images.ToDictionary(image => image.Key, image => new byte[(image.Value.Length + 65535) / 65536 * 65536]);
            foreach (MapSlot slot in sample.Map.Extents.Where(extent => regions.All(region => !Meets(region, extent.Offset, 512)))
                .SelectMany(extent => extent.Slots))
            {
                slot.Expand(damaged).CopyTo(expected[slot.Device], (long)slot.Cluster * 65536);
            }

            salvaged.AssertContents(expected.ToDictionary(image => image.Key, image => image.Value[..sample.Images[image.Key].Length]));
            Assert.True(salvaged.Report.Devices.Sum(device => device.KeptDamagedClusters) > 0);
        });

    [Fact]
    public void Of_a_plain_archive_the_clusters_of_overwritten_headers_are_lost_and_damaged_data_cannot_be_told() =>
        Property.ForSeeds(3, (random, seed) =>
        {
            SalvageSample sample = SalvageSample.Large(seed, seal: false);
            (int, int)[] regions = Regions(sample, random);
            byte[] damaged = ArchiveBuilder.Scramble(sample.Archive, random, regions);
            Salvaged salvaged = Salvaged.From(damaged);
            MapExtent[] hit = [.. sample.Map.Extents.Where(extent => regions.Any(region => Meets(region, extent.Offset, 512)))];
            Assert.Equal(ArchiveMap.ClustersOf(hit), salvaged.LostClusters);
            HashSet<(byte, uint)> touched = sample.Map.Touched(regions);
            foreach (MapSlot slot in sample.Map.Extents.SelectMany(extent => extent.Slots).Where(slot => !touched.Contains((slot.Device, slot.Cluster))))
            {
                byte[] image = sample.Images[slot.Device];
                int start = (int)slot.Cluster * 65536, end = Math.Min(start + 65536, image.Length);
                Assert.True(image.AsSpan(start..end).SequenceEqual(salvaged.Contents[slot.Device].AsSpan(start..end)));
            }
        });

    private static (int, int)[] Regions(SalvageSample sample, Random random) =>
        [.. Enumerable.Range(0, 10).Select(_ => (random.Next(sample.Map.HeaderLength, sample.Archive.Length - Region), Region))];

    private static bool Meets((int Offset, int Length) range, int start, int length) => start < range.Offset + range.Length && start + length > range.Offset;
}
