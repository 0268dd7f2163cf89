// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Restore;

/// <summary>RAM state: its size is an estimate, and its zero blocks come back.</summary>
public sealed class MemoryStateTests
{
    [Theory]
    [InlineData(3 * 65536, 3, 3 * 65536)]
    [InlineData(3 * 65536 - 512, 3, 3 * 65536 - 512)]
    [InlineData(2 * 65536 + 1, 3, 2 * 65536 + 1)]
    [InlineData(10 * 65536, 3, 3 * 65536)] // shorter than its size
    [InlineData(100, 3, 3 * 65536)] // longer than its size
    public void RAM_state_ends_where_its_data_ends(int size, int clusters, int restored)
    {
        using var scratch = new Scratch();
        ArchiveBuilder archive = State((ulong)size, clusters);
        string file = scratch.File("a.vma", archive.Build());
        Assert.Contains(": structure good, ", Told.OneLine(0, VmaCall.Run("verify", file)), StringComparison.Ordinal);
        VmaCall.Run("extract", file, scratch["out"]).Succeeded();
        Assert.Equal(archive.ImageOf(1, clusters * 65536)[..restored], File.ReadAllBytes(scratch["out/vmstate.bin"]));
    }

    [Theory]
    [InlineData("0:vmstate=@/state.raw\n")]
    [InlineData("format=raw:1:vmstate=@/state.raw\ndone\n")]
    public void A_map_can_send_RAM_state_elsewhere(string map)
    {
        using var call = new RestoreCall(State(5000, 2));
        call.Scratch.File("state.raw");
        call.Run(map).Succeeded();
        Assert.Equal(call.Archive.ImageOf(1, 2 * 65536), call.Read("state.raw"));
        Assert.Empty(Scratch.Names(call.Scratch["out"]));
    }

    [Fact]
    public void A_map_that_does_not_name_RAM_state_leaves_it_in_the_directory()
    {
        using var call = new RestoreCall(State(5000, 1));
        call.Run("done\n").Succeeded();
        Assert.Equal(call.Archive.ImageOf(1, 5000), call.Read("out/vmstate.bin"));
    }

    [Fact]
    public void A_map_can_skip_RAM_state()
    {
        using var call = new RestoreCall(State(5000, 1));
        call.Run("skip=vmstate\n").Succeeded();
        Assert.Empty(Scratch.Names(call.Scratch["out"]));
    }

    private static ArchiveBuilder State(ulong size, int clusters) => new ArchiveBuilder().Device(1, "vmstate", size)
        .Extent(extent => Array.ForEach([.. Enumerable.Range(0, clusters)], cluster => extent.Slot(1, (uint)cluster, 0x1111 << cluster % 4 & 0xffff)));
}
