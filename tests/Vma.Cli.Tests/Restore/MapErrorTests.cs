// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Restore;

/// <summary>What a map can say that is wrong: one line that names it, no target written, the configs taken back.</summary>
public sealed class MapErrorTests
{
    [Theory]
    [InlineData("color=red:0:a=@/t.raw", "no option 'color'")]
    [InlineData("throttling=5:0:a=@/t.raw", "no option 'throttling'")]
    [InlineData("format=raw:format=raw:0:a=@/t.raw", "format= stands there twice")]
    [InlineData("cache=none:cache=unsafe:0:a=@/t.raw", "cache= stands there twice")]
    [InlineData("throttling.bps=1:throttling.bps=1:0:a=@/t.raw", "throttling.bps= stands there twice")]
    [InlineData("throttling.group=a:throttling.group=a:0:a=@/t.raw", "throttling.group= stands there twice")]
    [InlineData("throttling.bps=abc:0:a=@/t.raw", "'abc'")]
    [InlineData("throttling.bps=-1:0:a=@/t.raw", "'-1'")]
    [InlineData("throttling.bps=1k:0:a=@/t.raw", "'1k'")]
    [InlineData("throttling.bps=08:0:a=@/t.raw", "'08'")]
    [InlineData("throttling.bps=0x:0:a=@/t.raw", "'0x'")]
    [InlineData("throttling.bps=0xg:0:a=@/t.raw", "'0xg'")]
    [InlineData("throttling.bps=:0:a=@/t.raw", "''")]
    [InlineData("throttling.bps=99999999999999999999:0:a=@/t.raw", "'99999999999999999999'")]
    [InlineData("cache=fast:0:a=@/t.raw", "no cache mode 'fast'")]
    [InlineData("2:a=@/t.raw", "0: nor 1:")]
    [InlineData("a=@/t.raw", "0: nor 1:")]
    [InlineData("format=raw:a=@/t.raw", "0: nor 1:")]
    [InlineData("0:a", "NAME=PATH")]
    [InlineData("0:=@/t.raw", "NAME=PATH")]
    [InlineData("0:a=", "NAME=PATH")]
    [InlineData("skip=", "no device name")]
    [InlineData("nonsense", "nonsense")]
    [InlineData("0:a=@/t.raw\n0:a=@/t.raw", "'a' stands there twice")]
    [InlineData("skip=a\n0:a=@/t.raw", "'a' stands there twice")]
    [InlineData("", "'a' is neither mapped nor skipped")]
    [InlineData("done\n0:a=@/t.raw", "'a' is neither mapped nor skipped")]
    [InlineData("0:b=@/t.raw", "'a' is neither mapped nor skipped")]
    [InlineData("0:a=@/t.img", "format=raw:")]
    [InlineData("format=rbd:1:a=@/t.raw", "format 'rbd'")]
    [InlineData("format=qcow2:0:a=nbd+unix:///?socket=@/nobody", "as format=raw")]
    [InlineData("0:a=@/a\e[31m.raw\u0007:", "format=raw:")]
    public void A_wrong_map_is_a_wrong_call(string map, string about)
    {
        using RestoreCall call = Call();
        VmaResult result = call.Run(map + "\n");
        Assert.Contains(about, Told.LastWord(2, result), StringComparison.Ordinal);
        Assert.DoesNotContain('\e', result.Error);
        AssertUntouched(call);
    }

    [Theory]
    [InlineData("format=qcow2:0:a=@/missing.qcow2", "No such file")]
    [InlineData("format=qcow2:0:a=@/small.raw", "Image is not in qcow2 format")]
    [InlineData("0:a=nbd+unix:///?socket=@/nobody", "for device 'a'")]
    [InlineData("0:a=@/missing.raw", "no such file")]
    [InlineData("0:a=/dev/vma-nonesuch", "no such file")]
    [InlineData("format=raw:0:a=@", "cannot open")]
    [InlineData("0:a=@/small.raw", "needs 131072")]
    [InlineData("0:a=@/large.raw", "at most 4194304 larger")]
    [InlineData("0:a=/dev/null", "/dev/null")]
    public void A_target_that_cannot_be_used_is_named(string map, string about)
    {
        using RestoreCall call = Call();
        call.Target("small.raw", 131071);
        call.Target("large.raw", 131072 + (4 << 20) + 1);
        Assert.Contains(about, Told.LastWord(1, call.Run(map + "\n")), StringComparison.Ordinal);
        AssertUntouched(call);
    }

    [Fact]
    public void Two_devices_cannot_share_a_target()
    {
        using var call = new RestoreCall(new ArchiveBuilder().WholeDisk(1, "a", 2).WholeDisk(2, "b", 2));
        call.Target("t.raw", 131072);
        Told.LastWord(2, call.Run("0:a=@/t.raw\n0:b=@/t.raw\n"));
        AssertUntouched(call);
    }

    [Fact]
    public void A_group_has_one_limit()
    {
        using var call = new RestoreCall(new ArchiveBuilder().WholeDisk(1, "a", 2).WholeDisk(2, "b", 2));
        call.Target("t.raw", 131072);
        call.Target("u.raw", 131072);
        VmaResult result = call.Run("throttling.bps=1000:throttling.group=g:0:a=@/t.raw\nthrottling.bps=2000:throttling.group=g:0:b=@/u.raw\n");
        Assert.Contains("'g' has two limits", Told.LastWord(2, result), StringComparison.Ordinal);
        AssertUntouched(call);
    }

    [Fact]
    public void A_map_that_is_missing_is_named()
    {
        using RestoreCall call = Call();
        VmaResult result = VmaCall.Run("extract", "-r", call.Scratch["nomap"], call.Scratch["a.vma"], call.Scratch["out"]);
        Assert.Contains("nomap", Told.LastWord(1, result), StringComparison.Ordinal);
        AssertUntouched(call);
    }

    [Fact]
    public void A_line_without_end_is_not_read_for_ever()
    {
        using RestoreCall call = Call();
        VmaResult result = VmaCall.Run("extract", "-r", "/dev/zero", call.Scratch["a.vma"], call.Scratch["out"]);
        Assert.Contains("longer than", Told.LastWord(2, result), StringComparison.Ordinal);
    }

    private static RestoreCall Call()
    {
        var call = new RestoreCall(new ArchiveBuilder().Config("qemu-server.conf", "x").WholeDisk(1, "a", 2));
        call.Target("t.raw", 131072);
        call.Target("t.img", 131072);
        return call;
    }

    private static void AssertUntouched(RestoreCall call)
    {
        Assert.False(Directory.Exists(call.Scratch["out"]));
        Assert.True(RestoreCall.IsGarbage(call.Read("t.raw")));
    }
}
