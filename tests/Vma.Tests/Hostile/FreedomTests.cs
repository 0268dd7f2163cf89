// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Hostile;

/// <summary>From the table of docs/format.md: what a writer may do, and a reader must take.</summary>
public sealed class FreedomTests
{
    private static readonly byte[] Content = Pattern.Full(4 * 65536);

    private static ReadOnlySpan<byte> At(int cluster) => Content.AsSpan(cluster * 65536, 65536);

    private static ArchiveBuilder Disk(params (byte Device, uint Cluster)[][] extents)
    {
        ArchiveBuilder builder = new ArchiveBuilder().Device(1, "disk", (ulong)Content.Length);
        foreach ((byte Device, uint Cluster)[] clusters in extents)
        {
            ExtentDraft extent = builder.Extent();
            foreach ((byte device, uint cluster) in clusters)
            {
                extent.Cluster(device, cluster, At((int)cluster));
            }
        }

        return builder;
    }

    [Fact]
    public void Extents_may_be_swapped() => Expect.Fine(Disk([(1, 2), (1, 3)], [(1, 0), (1, 1)]).Build(), Content);

    [Fact]
    public void Clusters_may_come_in_any_order() => Expect.Fine(Disk([(1, 3), (1, 0), (1, 2)], [(1, 1)]).Build(), Content);

    [Fact]
    public void Clusters_of_several_disks_may_interleave() =>
        Expect.Fine(Disk([(1, 3), (2, 0), (1, 0), (2, 1)], [(2, 3), (1, 1), (2, 2), (1, 2)]).Device(2, "other", (ulong)Content.Length)
            .Build(), Content, Content);

    [Fact]
    public void Empty_and_null_extents_may_stand_anywhere()
    {
        ArchiveBuilder builder = new ArchiveBuilder().Device(1, "disk", 2 * 65536);
        builder.Extent();
        AddNull(builder, seed: 1);
        builder.Extent().Cluster(1, 0, At(0));
        AddNull(builder, seed: 2);
        builder.Extent();
        builder.Extent().Cluster(1, 1, At(1));
        AddNull(builder, seed: 3);
        builder.Extent();
        Expect.Fine(builder.Build(), Content[..(2 * 65536)]);
    }

    [Fact]
    public void Unused_slots_may_stand_between_used_ones_and_hold_anything()
    {
        ArchiveBuilder builder = new ArchiveBuilder().Device(1, "disk", 2 * 65536);
        builder.Extent().Unused(ulong.MaxValue).Cluster(1, 0, At(0)).Unused().Unused(0xffff_ff00_1234_5678).Cluster(1, 1, At(1)).Unused(1);
        Expect.Fine(builder.Build(), Content[..(2 * 65536)]);
    }

    [Fact]
    public void Zero_blocks_may_be_stored_though_they_look_like_holes()
    {
        byte[] content = [.. new byte[65536], .. At(1), .. new byte[65536]];
        ArchiveBuilder builder = new ArchiveBuilder().Device(1, "disk", (ulong)content.Length);
        builder.Extent().Stored(1, 0, 0xffff, []).Stored(1, 1, 0xffff, At(1)).Stored(1, 2, 0x0180, []);
        Assert.All(Restored.Verify(builder.Build()).Findings, finding => Assert.Equal(VmaFaultCode.ZeroBlocks, finding.Code));
        Assert.Equal(content, Restored.From(builder.Build()).Contents[1]);
    }

    [Fact]
    [Slow]
    public void All_59_slots_may_be_used()
    {
        byte[] content = Pattern.Full(61 * 65536);
        Expect.Fine(new ArchiveBuilder().WholeDisk(1, "disk", content, perExtent: 59).Build(), content);
    }

    [Fact]
    public void The_reserved_byte_of_a_slot_may_be_set()
    {
        ArchiveBuilder builder = new ArchiveBuilder().Device(1, "disk", 65536);
        builder.Extent().Stored(1, 0, 0xffff, At(0), reserved: 0xff);
        Expect.Fine(builder.Build(), Content[..65536]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5000)]
    [InlineData(61440)]
    public void A_last_cluster_stored_whole_is_cut_at_the_end_of_the_disk(int size)
    {
        ArchiveBuilder builder = new ArchiveBuilder().Device(1, "disk", (ulong)size);
        ExtentDraft extent = builder.Extent().Stored(1, 0, 0xffff, At(0));
        Expect.Warning(builder.Build(), VmaFaultCode.BlocksBehindEnd, OffsetAfterBuild(builder, extent), Content[..size]);
    }

    [Theory]
    [InlineData(61441)]
    [InlineData(65535)]
    public void Stale_bytes_behind_the_end_in_the_last_block_are_cut(int size)
    {
        ArchiveBuilder builder = new ArchiveBuilder().Device(1, "disk", (ulong)size);
        builder.Extent().Stored(1, 0, 0xffff, At(0));
        Expect.Fine(builder.Build(), Content[..size]);
    }

    [Theory]
    [InlineData(3 * 65536, 1, 65536)]
    [InlineData(3 * 65536, 2, 2 * 65536)]
    [InlineData(100, 2, 2 * 65536)]
    [InlineData(65537, 4, 4 * 65536)]
    [InlineData(65537, 2, 65537)]
    [InlineData(65536, 1, 65536)]
    [InlineData(65536, 0, 0)]
    public void RAM_state_ends_at_its_size_or_where_its_last_cluster_ends(int size, int clusters, int restored)
    {
        ArchiveBuilder builder = new ArchiveBuilder().Device(1, "vmstate", (ulong)size);
        ExtentDraft extent = builder.Extent();
        for (int i = 0; i < clusters; i++)
        {
            extent.Cluster(1, (uint)i, At(i));
        }

        Expect.Fine(builder.Build(), Content[..restored]);
    }

    [Fact]
    public void Zero_blocks_of_RAM_state_are_put_back()
    {
        byte[] state = Content[..(2 * 65536)];
        state.AsSpan(4096, 8192).Clear();
        state.AsSpan(65536, 65536).Clear();
        Expect.Fine(new ArchiveBuilder().WholeDisk(1, "vmstate", state).Build(), state);
    }

    /// <summary>A null extent of another program, with something in each byte but the device ids.</summary>
    private static void AddNull(ArchiveBuilder builder, int seed)
    {
        ExtentDraft extent = builder.Extent();
        foreach (byte[] slot in Pattern.Full(ExtentDraft.Slots * 8, seed).Chunk(8))
        {
            extent.Unused(BitConverter.ToUInt64(slot));
        }
    }

    private static int OffsetAfterBuild(ArchiveBuilder builder, ExtentDraft extent)
    {
        builder.Build();
        return extent.OffsetOfSlot(0);
    }
}
