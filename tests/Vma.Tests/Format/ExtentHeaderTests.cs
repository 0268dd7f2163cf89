// SPDX-License-Identifier: MIT

using Vma.Extents;
using Vma.Format;
using Vma.Tests.Support;

namespace Vma.Tests.Format;

public sealed class ExtentHeaderTests
{
    private static readonly Guid Uuid = new ArchiveBuilder().Uuid;

    [Fact]
    public void Reading_an_extent_header_allocates_nothing()
    {
        byte[] header = new ExtentDraft().Cluster(1, 0, Pattern.Full(65536)).Unused().Cluster(2, 7, []).ToBytes(Uuid)[..512];
        int slots = Walk(header);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            slots += Walk(header);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(2 * 101, slots);
    }

    [Fact]
    public void Slots_know_where_their_data_is()
    {
        byte[] header = new ExtentDraft().Stored(3, 9, 0x8001, [], reserved: 0xff).Unused(ulong.MaxValue).Stored(4, uint.MaxValue, 0, [])
            .Stored(5, 1, 0xffff, []).ToBytes(Uuid)[..512];
        var slots = new List<Slot>();
        foreach (Slot slot in Slot.Of(new ExtentHeader(header)))
        {
            slots.Add(slot);
        }

        Assert.Equal(
            [new Slot(0, new BlockInfo(0x8001, 3, 9), 0), new Slot(2, new BlockInfo(0, 4, uint.MaxValue), 8192),
                new Slot(3, new BlockInfo(0xffff, 5, 1), 8192)],
            slots);
        Assert.Equal((18, 18 * 4096), (new ExtentHeader(header).BlockCount, new ExtentHeader(header).DataLength));
    }

    [Fact]
    public void A_header_made_whole_is_what_the_page_says()
    {
        byte[] expected = new ExtentDraft().Stored(1, 5, 0x0300, []).Cluster(2, 6, []).ToBytes(Uuid)[..512];
        var header = new byte[512];
        ExtentHeader.WriteSlot(header, 0, new BlockInfo(0x0300, 1, 5));
        ExtentHeader.WriteSlot(header, 1, new BlockInfo(0, 2, 6));
        ExtentHeader.Complete(header, Uuid, blockCount: 2);
        Assert.Equal(expected, header);
        Assert.Null(ExtentHeader.Check(header, Uuid, 0));
    }

    private static int Walk(byte[] header)
    {
        int slots = 0;
        if (ExtentHeader.Check(header, Uuid, 0) is null && new ExtentHeader(header).HasClusters)
        {
            foreach (Slot slot in Slot.Of(new ExtentHeader(header)))
            {
                slots += slot.DataLength >= 0 ? 1 : 0;
            }
        }

        return slots;
    }
}
