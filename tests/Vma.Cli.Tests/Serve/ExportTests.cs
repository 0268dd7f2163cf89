// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Serve;

/// <summary>Which disks are served, and under which names.</summary>
public sealed class ExportTests
{
    private static readonly string Archive = Places.Golden("three-disks.vma");

    [Fact]
    public void One_disk_is_served_under_a_name_that_the_user_chose()
    {
        using var scratch = new Scratch();
        Archives.Write(scratch["a:b=c.vma"], Images.Noise(5000), Images.Noise(70_000, seed: 2));
        using Served served = Served.Start("-e", $"wanted={scratch["a:b=c.vma"]}:b", "--export", $"by id={scratch["a:b=c.vma"]}:dev_id:1", "--export",
            $"={scratch["a:b=c.vma"]}:b");
        Assert.Equal(["wanted", "by id", ""], served.Names);
        Assert.Equal(["70000", "5000", "70000"], served.Uris.Select(SizeAt));
        Assert.Equal("70000", SizeAt($"nbd+unix:///?socket={served.Socket}"));
        served.StopQuietly();
    }

    [Fact]
    public void A_disk_may_be_called_as_in_the_config()
    {
        using Served served = Served.Start("--export", $"long={Archive}:drive-scsi1", "--export", $"short={Archive}:scsi1");
        Assert.Equal(SizeAt(served.Uris[0]), SizeAt(served.Uris[1]));
        served.StopQuietly();
    }

    [Fact]
    public void The_only_disk_is_also_the_default_export()
    {
        using Served served = Served.Start(Places.Golden("size-5k.vma"));
        Assert.Equal(SizeAt(served.Uri), SizeAt($"nbd+unix:///?socket={served.Socket}"));
        Assert.NotEqual(0, VmaCall.Shell("exec nbdinfo \"$1\"", $"nbd+unix:///other?socket={served.Socket}").Run().ExitCode);
        served.Stop().Succeeded();
    }

    [Fact]
    public void Several_archives_are_told_apart_by_their_names()
    {
        using var scratch = new Scratch();
        Archives.Write(scratch["one.vma"], Images.Noise(5000));
        Archives.Write(scratch["two.vma.zst"], Images.Noise(6000));
        using Served served = Served.Start(scratch["one.vma"], scratch["two.vma.zst"], scratch["one.vma"]);
        Assert.Equal(["one/a", "two/a"], served.Names);
        Assert.Equal(["5000", "6000"], served.Uris.Select(SizeAt));
        string list = VmaCall.Shell("exec nbdinfo --list \"$1\"", served.Uri).Run().Succeeded().Output;
        Assert.Contains("description: two: a", list, StringComparison.Ordinal);
        served.StopQuietly();
    }

    [Fact]
    public void Two_disks_of_one_name_are_refused()
    {
        using var scratch = new Scratch();
        Directory.CreateDirectory(scratch["d"]);
        Archives.Write(scratch["one.vma"], Images.Noise(5000));
        Archives.Write(scratch["d/one.vma"], Images.Noise(6000));
        Told.Usage(VmaCall.Run("serve", scratch["one.vma"], scratch["d/one.vma"]), "two disks would be called 'one/a'");
        Told.Usage(VmaCall.Run("serve", scratch["one.vma"], "--export", $"a={scratch["d/one.vma"]}:a"), "two disks would be called 'a'");
    }

    [Fact]
    public void Disks_of_one_name_in_an_archive_get_their_numbers()
    {
        using var scratch = new Scratch();
        byte[] archive = new ArchiveBuilder().WholeDisk(3, "twin", 1).WholeDisk(9, "twin", 2).Build();
        scratch.File("a.vma", archive);
        using Served served = Served.Start(scratch["a.vma"]);
        Assert.Equal(["twin-3", "twin-9"], served.Names);
        Told.Usage(VmaCall.Run("serve", "--export", $"x={scratch["a.vma"]}:twin"), "dev_id:N");
        served.StopQuietly();
    }

    [Fact]
    public void A_name_from_an_archive_cannot_write_to_the_terminal()
    {
        using var scratch = new Scratch();
        scratch.File("a.vma", new ArchiveBuilder().WholeDisk(1, "evil\e]0;x\a'\"$(reboot)`,?&#%/\u00fc", 1).Build());
        using VmaProcess process = new VmaCall("serve", scratch["a.vma"]).Start();
        string output = process.WaitForOutput("# Ctrl-C");
        Assert.DoesNotContain('\e', output);
        new VmaCallSequence(scratch.Path).Run(Announced.CommandsOf(output)["look"], Announced.CommandsOf(output)["copy"]);
        Assert.Equal(65536, new FileInfo(scratch["disk.raw"]).Length);
        process.Signal(Native.Terminate);
        process.Finish().Succeeded();
    }

    [Fact]
    public void A_name_that_is_too_long_is_told_and_the_disk_is_served_under_another()
    {
        using var scratch = new Scratch();
        scratch.File("a.vma", new ArchiveBuilder().WholeDisk(1, new string('x', 5000), 1).Build());
        Told.Usage(VmaCall.Run("serve", scratch["a.vma"]), "too long for an export's name");
        using Served served = Served.Start("--export", $"x={scratch["a.vma"]}:dev_id:1");
        Assert.Equal("65536", SizeAt(served.Uri));
    }

    [Fact]
    public void RAM_state_is_no_disk()
    {
        using Served served = Served.Start(Places.Golden("vmstate.vma"));
        Assert.Equal(GoldenSet.Find("vmstate.vma").Devices.Where(device => device.Devname != "vmstate").Select(device => device.Devname), served.Names);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("x=y")]
    [InlineData("x=:y")]
    [InlineData("x=y:")]
    public void An_export_that_is_none_is_told(string export) => Told.Usage(VmaCall.Run("serve", "--export", export), "NAME=ARCHIVE:DISK");

    [Fact]
    public void Wrong_calls_are_told()
    {
        Told.Usage(VmaCall.Run("serve"), "FILE is missing");
        Told.Usage(VmaCall.Run("serve", "--socket", "/x", "--listen", "1", Archive), "do not go together");
        Told.Usage(VmaCall.Run("serve", "--export", $"x={Archive}:nix"), "there is no device 'nix'");
        Told.Failure(VmaCall.Run("serve", "/nowhere.vma"), "cannot open '/nowhere.vma': no such file");
        Told.Failure(VmaCall.Run("serve", "/"), "cannot open '/': it is a directory");
        Told.Damage(VmaCall.Run("serve", Places.Executable));
        using var scratch = new Scratch();
        Told.Usage(VmaCall.Run("serve", scratch.File("empty.vma", new ArchiveBuilder().Config("a", "b").Build())), "there is no disk");
    }

    private static string SizeAt(string uri) => VmaCall.Shell("exec nbdinfo --size \"$1\"", uri).Run().Succeeded().Output.Trim();
}
