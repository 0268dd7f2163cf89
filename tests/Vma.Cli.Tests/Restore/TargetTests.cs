// SPDX-License-Identifier: MIT

using System.Diagnostics;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Restore;

/// <summary>How the targets of a map are written.</summary>
public sealed class TargetTests
{
    private const int Size = 4 * 65536 + 5000;

    private static ArchiveBuilder Patchy() => new ArchiveBuilder().Device(1, "a", Size)
        .Extent(extent => extent.Slot(1, 0, 0xffff).Slot(1, 1).Slot(1, 2, 0x0ff0).Slot(1, 3, 0x5555).Slot(1, 4, 0x0002, length: 5000));

    [Theory]
    [InlineData(Size)]
    [InlineData(Size + 1)]
    [InlineData(Size + (1 << 20))]
    [InlineData(Size + (4 << 20))]
    public void With_1_old_data_gives_way_to_zeros_and_what_is_behind_the_device_stays(int targetLength)
    {
        using var call = new RestoreCall(Patchy());
        call.Target("t.raw", targetLength);
        call.Run("1:a=@/t.raw\n").Succeeded();
        byte[] target = call.Read("t.raw");
        Assert.Equal(call.Archive.ImageOf(1, Size), target[..Size]);
        Assert.Equal(targetLength, target.Length);
        Assert.True(RestoreCall.IsGarbage(target.AsSpan(Size)));
    }

    [Fact]
    public void With_0_zeros_are_not_written()
    {
        using var call = new RestoreCall(Patchy());
        call.Target("t.raw", Size);
        call.Run("0:a=@/t.raw\n").Succeeded();
        byte[] target = call.Read("t.raw");
        Assert.True(RestoreCall.IsGarbage(target.AsSpan(65536, 65536)));
        Assert.True(RestoreCall.IsGarbage(target.AsSpan(2 * 65536, 4 * 4096)));
        Assert.Equal(call.Archive.ImageOf(1, Size)[..65536], target[..65536]);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("off")]
    [InlineData("directsync")]
    [InlineData("writeback")]
    [InlineData("unsafe")]
    [InlineData("writethrough")]
    public void Every_cache_mode_restores_the_same(string cache)
    {
        using var call = new RestoreCall(Patchy());
        call.Target("t.raw", Size);
        call.Run($"cache={cache}:1:a=@/t.raw\n").Succeeded();
        Assert.Equal(call.Archive.ImageOf(1, Size), call.Read("t.raw"));
    }

    [Theory]
    [InlineData("format=raw:0:a=@/t.img")]
    [InlineData("cache=none:throttling.bps=0:throttling.group=g:format=raw:0:a=@/t.img")]
    [InlineData("throttling.bps=0x7fffffff:format=raw:0:a=@/t.img")]
    [InlineData("throttling.bps=017777777777:format=raw:0:a=@/t.img")]
    [InlineData("format=raw:0:a=@/t.img\n0:nonesuch=@/missing.raw")]
    [InlineData("format=raw:0:a=@/t.img\r")]
    [InlineData("skip=nonesuch\nformat=raw:0:a=@/t.img")]
    public void Options_come_in_any_order_and_names_the_archive_lacks_are_ignored(string map)
    {
        using var call = new RestoreCall(Patchy());
        call.Scratch.File("t.img", new byte[Size]);
        call.Run(map + "\n").Succeeded();
        Assert.Equal(call.Archive.ImageOf(1, Size), call.Read("t.img"));
        Assert.Empty(Scratch.Names(call.Scratch["out"]));
    }

    [Fact]
    public void A_skipped_device_is_not_restored()
    {
        using var call = new RestoreCall(new ArchiveBuilder().WholeDisk(1, "a", 2).WholeDisk(2, "b", 2));
        call.Target("t.raw", 131072);
        VmaResult result = call.Run("skip=a\n0:b=@/t.raw\ndone\n", "-v").Succeeded();
        Assert.Equal(call.Archive.ImageOf(2, 131072), call.Read("t.raw"));
        Assert.StartsWith("total bytes read 131072,", result.OutputLines[^2], StringComparison.Ordinal);
    }

    [Fact]
    public void Only_what_d_names_need_be_mapped()
    {
        using var call = new RestoreCall(new ArchiveBuilder().WholeDisk(1, "a", 2).WholeDisk(2, "b", 2));
        call.Target("t.raw", 131072);
        call.Run("0:b=@/t.raw\n", "-d", "b").Succeeded();
        Assert.Equal(call.Archive.ImageOf(2, 131072), call.Read("t.raw"));
    }

    [Fact]
    public void A_limit_slows_a_restore_down()
    {
        using var call = new RestoreCall(new ArchiveBuilder().WholeDisk(1, "a", 16));
        call.Target("t.raw", 1 << 20);
        Assert.InRange(Timed(() => call.Run("throttling.bps=0x100000:0:a=@/t.raw\n").Succeeded()), 0.6, 30);
        Assert.Equal(call.Archive.ImageOf(1, 1 << 20), call.Read("t.raw"));
    }

    [Fact]
    public void A_group_shares_one_limit()
    {
        using var call = new RestoreCall(new ArchiveBuilder().WholeDisk(1, "a", 8).WholeDisk(2, "b", 8));
        call.Target("t.raw", 1 << 19);
        call.Target("u.raw", 1 << 19);
        string map = "throttling.bps=1048576:throttling.group=g:0:a=@/t.raw\nthrottling.group=g:throttling.bps=1048576:1:b=@/u.raw\n";
        Assert.InRange(Timed(() => call.Run(map).Succeeded()), 0.6, 30);
        Assert.Equal(call.Archive.ImageOf(1, 1 << 19), call.Read("t.raw"));
        Assert.Equal(call.Archive.ImageOf(2, 1 << 19), call.Read("u.raw"));
    }

    private static double Timed(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalSeconds;
    }
}
