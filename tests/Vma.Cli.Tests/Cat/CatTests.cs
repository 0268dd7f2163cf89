// SPDX-License-Identifier: MIT

using System.Globalization;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Cat;

public sealed class CatTests
{
    private const int Length = (3 << 20) + 70_001;

    [Theory]
    [MemberData(nameof(Archives.Forms), MemberType = typeof(Archives))]
    public void A_disk_comes_whole_and_in_parts(string form)
    {
        using var scratch = new Scratch();
        byte[] disk = Images.Striped(Length);
        string archive = Archives.Write(scratch[form], Images.Noise(100, seed: 2), disk);
        Assert.Equal(disk, Cat(archive, "b"));
        Assert.Equal(disk, Cat(archive, "dev_id:2"));
        Assert.Equal(disk, Cat(archive, "b", "--offset", "0"));
        Assert.Equal(disk[..1], Cat(archive, "b", "--length", "1"));
        Assert.Equal(disk[(1 << 20)..], Cat(archive, "b", "--offset", "1M"));
        Assert.Equal(disk[5000..(5000 + 2048)], Cat(archive, "b", "--offset", "5000", "--length", "2k"));
        Assert.Equal(disk[^1..], Cat(archive, "b", "--offset", Text(Length - 1), "--length", "9T"));
        Assert.Empty(Cat(archive, "b", "--length", "0"));
        Assert.Empty(Cat(archive, "b", "--offset", Text(Length)));
    }

    [Fact]
    public void A_disk_may_be_called_as_in_the_config()
    {
        string archive = Places.Golden("three-disks.vma");
        Assert.Equal(Cat(archive, "drive-scsi1"), Cat(archive, "scsi1"));
        Assert.NotEqual(Cat(archive, "scsi0"), Cat(archive, "scsi1"));
    }

    [Fact]
    public void A_part_that_begins_behind_the_end_is_refused()
    {
        using var scratch = new Scratch();
        string archive = Archives.Write(scratch["a.vma"], Images.Noise(5000));
        Told.Usage(VmaCall.Run("cat", archive, "a", "--offset", "5001"), "--offset 5001 is behind the disk's end; it has 5000 bytes");
        Told.Usage(VmaCall.Run("cat", archive, "a", "--offset", "-1"), "--offset");
        Told.Usage(VmaCall.Run("cat", archive, "a", "--length", "1X"), "--length '1X' is no number of bytes");
        Told.Usage(VmaCall.Run("cat", archive, "nix"), "there is no device 'nix'");
        Told.Usage(VmaCall.Run("cat", archive), "DISK is missing");
    }

    [Fact]
    public void A_closed_pipe_ends_cat_quietly()
    {
        using var scratch = new Scratch();
        byte[] disk = Images.Noise(Length);
        VmaResult result = VmaCall.Shell("{ \"$VMA\" cat \"$1\" a; echo $? > \"$2\"; } | head -c 1000", Archives.Write(scratch["a.vma"], disk), scratch["code"])
            .Run();
        Assert.Equal(disk[..1000], result.OutputBytes);
        Assert.Empty(result.Error);
        Assert.Equal("1\n", File.ReadAllText(scratch["code"]));
    }

    [Fact]
    public void A_full_device_is_an_error()
    {
        using var scratch = new Scratch();
        Told.Failure(VmaCall.Shell("exec \"$VMA\" cat \"$1\" a > /dev/full", Archives.Write(scratch["a.vma"], Images.Noise(5000)))
            .Run(), "cannot write to standard output: no space left on device");
    }

    [Fact]
    public void A_terminal_is_refused()
    {
        Tool.Need("script");
        using var scratch = new Scratch();
        VmaResult result = VmaCall.Shell("exec script -qec \"'$VMA' cat '$1' a\" /dev/null", Archives.Write(scratch["a.vma"], Images.Noise(5000))).Run();
        Assert.Equal(2, result.ExitCode);
        Assert.Equal("vma: a disk does not go to a terminal; send standard output to a file or a command", Assert.Single(result.OutputLines).TrimEnd('\r'));
    }

    [Fact]
    public void What_can_only_be_read_forward_is_refused()
    {
        using var scratch = new Scratch();
        byte[] archive = File.ReadAllBytes(Archives.Write(scratch["a.vma"], Images.Noise(5000)));
        Told.Failure(new VmaCall("cat", "-", "a") { Input = archive }.Run(), "cannot open 'standard input': a pipe can only be read forward");
        Told.Failure(VmaCall.Run("cat", scratch.Fifo("fifo"), "a"), $"cannot open '{scratch["fifo"]}': a pipe can only be read forward");
        scratch.File("packed", Tool.Compress("gzip", scratch["a.vma"]));
        string line = Told.OneLine(1, VmaCall.Shell("exec \"$VMA\" cat - a --copy < \"$1\"", scratch["packed"]).Run());
        Assert.Contains("standard input: compressed in one piece", line, StringComparison.Ordinal);
        Assert.Contains("'vma repack - NEW.vma.zst'", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Standard_input_that_is_a_file_is_read()
    {
        using var scratch = new Scratch();
        byte[] disk = Images.Noise(5000);
        Assert.Equal(disk, VmaCall.Shell("exec \"$VMA\" cat - a < \"$1\"", Archives.Write(scratch["a.vma"], disk)).Run().Succeeded().OutputBytes);
    }

    [Fact]
    public void Damage_ends_cat_and_the_rest_can_be_had()
    {
        using var scratch = new Scratch();
        byte[] disk = Images.Noise(Length);
        string archive = Archives.WriteDamaged(scratch["a.vma"], disk, 20);
        VmaResult result = VmaCall.Run("cat", archive, "a");
        Assert.Contains("device 'a', cluster 20 (disk bytes 1310720 to 1376255): the data does not match its checksum", Told.LastWord(3, result),
            StringComparison.Ordinal);
        Assert.True(disk.AsSpan().StartsWith(result.OutputBytes));
        Assert.Equal(disk[..(20 * 65536)], Cat(archive, "a", "--length", Text(20 * 65536)));
        Assert.Equal(disk[(21 * 65536)..], Cat(archive, "a", "--offset", Text(21 * 65536)));
        Assert.Equal(Length, Cat(archive, "a", "--no-verify-data").Length);
    }

    private static byte[] Cat(params string[] arguments)
    {
        VmaResult result = VmaCall.Run(["cat", .. arguments]).Succeeded();
        Assert.Empty(result.Error);
        return result.OutputBytes;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
