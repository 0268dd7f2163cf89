// SPDX-License-Identifier: MIT

using System.Text;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Hostile;

/// <summary>Names are any bytes: they never lead out of the directory, and never move a terminal's cursor.</summary>
public sealed class NameTests
{
    private static readonly Dictionary<string, (byte[] Name, string File)> Cases = new()
    {
        ["one level up"] = ([.. "../x"u8], "%2E.%2Fx"),
        ["many levels up"] = ([.. "../../../../../../tmp/vma-test-evil"u8], "%2E.%2F..%2F..%2F..%2F..%2F..%2Ftmp%2Fvma-test-evil"),
        ["absolute"] = ([.. "/tmp/vma-test-evil"u8], "%2Ftmp%2Fvma-test-evil"),
        ["the directory itself"] = ([.. "."u8], "%2E"),
        ["the directory above"] = ([.. ".."u8], "%2E."),
        ["hidden"] = ([.. ".bashrc"u8], "%2Ebashrc"),
        ["like an option"] = ([.. "-rf"u8], "%2Drf"),
        ["backslashes"] = ([.. @"..\x"u8], "%2E.%5Cx"),
        ["NUL inside"] = ([.. "a\0b"u8], "a%00b"),
        ["newline"] = ([.. "a\nCTIME: b"u8], "a%0ACTIME: b"),
        ["terminal escape"] = ([.. "\e[2J\e]0;owned\a"u8], "%1B[2J%1B]0;owned%07"),
        ["C1 control"] = ([.. "a\u009bb"u8], "a%C2%9Bb"),
        ["empty"] = ([], "%00"),
        ["percent"] = ([.. "50%"u8], "50%25"),
        ["not UTF-8"] = ([0x61, 0xff, 0xfe, 0x62], "a%FF%FEb"),
    };

    public static TheoryData<string> Names => new(Cases.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_config_goes_under_its_encoded_name(string name)
    {
        using var scratch = new Scratch();
        string file = scratch.File("a.vma", new ArchiveBuilder().Config(Cases[name].Name, [.. "evil"u8]).Extent(_ => { }).Build());
        VmaResult result = VmaCall.Run("extract", file, scratch["out"]).Succeeded();
        AssertOneWarning(result, file);
        AssertShownSafely(VmaCall.Run("list", file), "CFG: size: 4 name: ");
        Assert.Equal("evil", File.ReadAllText(Path.Combine(scratch["out"], Cases[name].File)));
        Assert.Equal([Cases[name].File], Scratch.Names(scratch["out"]));
        Assert.Equal(["a.vma", "out"], scratch.Entries);
        Assert.Equal("evil", VmaCall.Run("config", file, $"-c={Cases[name].File}").Succeeded().Output);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_disk_goes_under_its_encoded_name(string name)
    {
        using var scratch = new Scratch();
        ArchiveBuilder archive = new ArchiveBuilder().Device(1, Cases[name].Name, 4096).Extent(extent => extent.Slot(1, 0, 1));
        string file = scratch.File("a.vma", archive.Build());
        VmaResult result = VmaCall.Run("extract", "-v", file, scratch["out"]).Succeeded();
        AssertOneWarning(result, file);
        AssertShownSafely(result, "DEVINFO ");
        AssertShownSafely(VmaCall.Run("list", file), "DEV: dev_id=1 size: 4096 devname: ");
        Assert.Equal([$"disk-{Cases[name].File}.raw"], Scratch.Names(scratch["out"]));
        Assert.Equal(["a.vma", "out"], scratch.Entries);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Verify_warns_once_of_an_unfit_name(string name)
    {
        using var scratch = new Scratch();
        string file = scratch.File("a.vma", new ArchiveBuilder().Config(Cases[name].Name, [1]).Extent(_ => { }).Build());
        VmaResult result = VmaCall.Run("verify", file).Succeeded();
        Assert.Equal(2, result.ErrorLines.Length);
        AssertOneWarning(result with { ErrorBytes = Encoding.UTF8.GetBytes(result.ErrorLines[0] + "\n") }, file);
    }

    [Fact]
    public void A_disk_whose_encoded_name_is_that_of_a_config_is_refused()
    {
        using var scratch = new Scratch();
        byte[] archive = new ArchiveBuilder().Config("disk-a.raw", "x").Device(1, "a", 4096).Extent(extent => extent.Slot(1, 0, 1)).Build();
        Told.Failure(VmaCall.Run("extract", scratch.File("a.vma", archive), scratch["out"]), "disk-a.raw");
        Assert.Equal(["a.vma"], scratch.Entries);
    }

    [Theory]
    [InlineData("tmp-config")]
    [InlineData(".tmp-config")]
    [InlineData("config.tmp")]
    [InlineData("tmp-disk-b.raw")]
    public void A_config_called_like_a_temporary_file_is_a_config_like_any_other(string name)
    {
        using var scratch = new Scratch();
        byte[] archive = new ArchiveBuilder().Config(name, "first").Config("b.conf", "second").Config("c.conf", "third").Extent(_ => { }).Build();
        VmaCall.Run("extract", scratch.File("a.vma", archive), scratch["out"]).Succeeded();
        Assert.Equal("first", File.ReadAllText(scratch[$"out/{(name[0] == '.' ? "%2E" + name[1..] : name)}"]));
        Assert.Equal("second", File.ReadAllText(scratch["out/b.conf"]));
        Assert.Equal(3, Scratch.Names(scratch["out"]).Length);
    }

    [Fact]
    public void A_name_too_long_for_a_file_is_refused_before_anything_is_made()
    {
        using var scratch = new Scratch();
        byte[] archive = new ArchiveBuilder().Config(new string('n', 300), "x").Extent(_ => { }).Build();
        Told.Failure(VmaCall.Run("extract", scratch.File("a.vma", archive), scratch["out"]), "too long");
        Assert.Equal(["a.vma"], scratch.Entries);
    }

    private static void AssertOneWarning(VmaResult result, string file)
    {
        Assert.StartsWith($"vma: {file}: warning: offset ", Told.LastWord(0, result), StringComparison.Ordinal);
        Assert.DoesNotContain(result.Error.TrimEnd('\n'), char.IsControl);
    }

    private static void AssertShownSafely(VmaResult result, string start)
    {
        Assert.DoesNotContain(result.Output.Replace("\n", string.Empty), char.IsControl);
        Assert.Single(result.OutputLines, line => line.StartsWith(start, StringComparison.Ordinal));
        Assert.DoesNotContain(result.OutputLines[..^1], line => line.StartsWith("CTIME", StringComparison.Ordinal));
    }
}
