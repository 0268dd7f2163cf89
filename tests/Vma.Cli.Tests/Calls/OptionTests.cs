// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Calls;

/// <summary>Options stand before, between and after operands, also glued.</summary>
public sealed class OptionTests
{
    private static readonly string Archive = Places.Golden("three-disks.vma");

    [Theory]
    [InlineData("extract|-v|-d|drive-scsi0|ARCHIVE|OUT")]
    [InlineData("extract|ARCHIVE|-v|OUT|-d|drive-scsi0")]
    [InlineData("extract|ARCHIVE|OUT|-d|drive-scsi0|-v")]
    [InlineData("extract|-vddrive-scsi0|ARCHIVE|OUT")]
    [InlineData("extract|-v|-ddrive-scsi0|ARCHIVE|OUT")]
    [InlineData("extract|ARCHIVE|-d=drive-scsi0|OUT|--verbose")]
    [InlineData("extract|ARCHIVE|--drives|drive-scsi0|-v|--|OUT")]
    [InlineData("extract|ARCHIVE|--drives=drive-scsi0|OUT|-v")]
    [InlineData("extract|-v|-d|drive-scsi0|--|ARCHIVE|OUT")]
    public void Options_may_stand_anywhere(string call)
    {
        using var scratch = new Scratch();
        VmaResult result = VmaCall.Run([.. call.Split('|').Select(one => one.Replace("ARCHIVE", Archive).Replace("OUT", scratch["out"]))]).Succeeded();
        Assert.Contains("disk-drive-scsi0.raw", Scratch.Names(scratch["out"]));
        Assert.DoesNotContain("disk-drive-scsi1.raw", Scratch.Names(scratch["out"]));
        Assert.Contains("progress 100%", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config|ARCHIVE|-c|qemu-server.fw")]
    [InlineData("config|-c|qemu-server.fw|ARCHIVE")]
    [InlineData("config|-cqemu-server.fw|ARCHIVE")]
    [InlineData("config|ARCHIVE|-cqemu-server.fw")]
    [InlineData("config|--config|qemu-server.fw|ARCHIVE")]
    [InlineData("config|--config=qemu-server.fw|--|ARCHIVE")]
    public void A_config_is_named_in_every_way(string call)
    {
        VmaResult named = VmaCall.Run([.. call.Split('|').Select(one => one.Replace("ARCHIVE", Archive))]).Succeeded();
        Assert.Equal(GoldenSet.Find("three-disks.vma").Configs[1].Size, named.OutputBytes.Length);
    }

    [Fact]
    public void Without_a_name_config_prints_qemu_server_conf() =>
        Assert.Equal(VmaCall.Run("config", Archive, "-c", "qemu-server.conf").OutputBytes, VmaCall.Run("config", Archive).Succeeded().OutputBytes);

    [Fact]
    public void An_unknown_config_is_answered_with_the_names_there_are()
    {
        string line = Told.OneLine(1, VmaCall.Run("config", Archive, "-c", "nonesuch"));
        Assert.Contains("'nonesuch'", line, StringComparison.Ordinal);
        Assert.Contains("'qemu-server.conf', 'qemu-server.fw'", line, StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_without_the_default_config_says_so() =>
        Told.Failure(VmaCall.Run("config", Places.Golden("no-config.vma")), "'qemu-server.conf'");

    [Fact]
    public void Behind_two_dashes_everything_is_an_operand()
    {
        using var scratch = new Scratch();
        File.Copy(Archive, scratch["-v"]);
        VmaResult result = new VmaCall("list", "--", "-v") { Directory = scratch.Path }.Run().Succeeded();
        Assert.Equal(GoldenSet.Find("three-disks.vma").ListStdout, result.Output);
    }

    [Fact]
    public void The_creation_time_is_shown_in_local_time()
    {
        VmaResult result = new VmaCall("list", Archive) { TimeZone = "Etc/GMT-3" }.Run().Succeeded();
        Assert.Equal("CTIME: Sun Nov 22 14:22:50 2026", result.OutputLines[^1]);
    }
}
