// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Salvage;

public sealed class MemoryStateTests
{
    [Fact]
    public void Of_RAM_state_with_a_lost_extent_the_rest_is_saved_in_its_place()
    {
        SalvageSample sample = SalvageSample.Full(20, name: "vmstate");
        MapExtent hit = sample.Map.Extents[2];
        byte[] damaged = ArchiveBuilder.FlipBit(sample.Archive, (hit.Offset + 300) * 8L);
        Salvaged.From(damaged).LostJust(sample.Images, ArchiveMap.ClustersOf(hit));
    }

    [Fact]
    public void RAM_state_whose_end_is_lost_loses_nothing_before_it()
    {
        SalvageSample sample = SalvageSample.Full(20, name: "vmstate");
        MapExtent last = sample.Map.Extents[^1];
        Salvaged salvaged = Salvaged.From(sample.Archive[..last.Offset]);
        Assert.Equal(sample.Images[1][..(16 * 65536)], salvaged.Contents[1]);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(40)]
    public void RAM_state_that_is_not_as_long_as_its_size_is_saved_as_far_as_it_goes(int declaredClusters)
    {
        byte[] content = Pattern.Full(20 * 65536);
        var builder = new ArchiveBuilder { Sealed = true, PromisesSeals = true };
        builder.Device(1, "vmstate", (ulong)declaredClusters * 65536);
        for (uint extent = 0; extent < 5; extent++)
        {
            ExtentDraft draft = builder.Extent();
            for (uint i = extent * 4; i < extent * 4 + 4; i++)
            {
                draft.Cluster(1, i, content.AsSpan((int)i * 65536, 65536));
            }
        }

        byte[] archive = builder.Build();
        var images = new Dictionary<byte, byte[]> { [1] = content };
        Salvaged.From(archive).LostJust(images, new HashSet<(byte, uint)>());
        MapExtent hit = new ArchiveMap(archive).Extents[3];
        Salvaged.From(ArchiveBuilder.FlipBit(archive, hit.Offset * 8L)).LostJust(images, ArchiveMap.ClustersOf(hit));
        MapExtent last = new ArchiveMap(archive).Extents[^1];
        Salvaged.From(ArchiveBuilder.FlipBit(archive, last.End * 8L)).LostJust(images, ArchiveMap.ClustersOf(last));
    }
}
