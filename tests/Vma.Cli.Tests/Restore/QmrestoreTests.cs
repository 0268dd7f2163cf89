// SPDX-License-Identifier: MIT

using System.Text;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Restore;

/// <summary>The protocol of <c>qmrestore</c>: <c>vma extract -v -r FIFO - DIR</c>, with the archive on standard input.</summary>
public sealed class QmrestoreTests
{
    [Theory]
    [InlineData("three-disks.vma")]
    [InlineData("vmstate.vma")]
    [InlineData("config-only.vma")]
    public void The_restore_waits_for_the_map_and_goes_where_it_says(string file)
    {
        using var scratch = new Scratch();
        GoldenArchive golden = GoldenSet.Find(file);
        using VmaProcess process = Start(scratch, golden);

        Assert.Equal(golden.ListStdout, process.WaitForOutput("CTIME:"));
        Assert.Equal(golden.Configs.Select(config => config.Name).Order(StringComparer.Ordinal), Scratch.Names(scratch["out"]));
        Assert.All(golden.Configs, config => Assert.Equal(config.Sha256, Images.Sha256(Path.Combine(scratch["out"], config.Name))));

        GoldenDevice[] disks = [.. golden.Devices.Where(device => device.Devname != "vmstate")];
        using FileStream map = OpenMap(scratch);
        foreach (GoldenDevice device in disks)
        {
            using (FileStream target = File.Create(scratch[$"vm-{device.Devname}.raw"]))
            {
                target.SetLength(device.Size);
            }

            Write(map, $"format=raw:0:{device.Devname}={scratch[$"vm-{device.Devname}.raw"]}\n");
            Thread.Sleep(30);
        }

        Assert.False(process.HasExited);
        Write(map, "done\n");
        VmaResult result = process.Finish().Succeeded();

        Assert.Empty(result.Error);
        Assert.DoesNotContain("DEVINFO", result.Output, StringComparison.Ordinal);
        Assert.All(disks, device => Assert.Equal(device.ImageSha256, Images.Sha256(scratch[$"vm-{device.Devname}.raw"])));
        Assert.Equal(golden.Devices.Count > disks.Length, File.Exists(scratch["out/vmstate.bin"]));
    }

    [Fact]
    public void A_line_may_come_in_pieces()
    {
        using var scratch = new Scratch();
        GoldenArchive golden = GoldenSet.Find("size-5k.vma");
        using VmaProcess process = Start(scratch, golden);
        process.WaitForOutput("CTIME:");
        scratch.File("t.raw", new byte[5120]);
        using FileStream map = OpenMap(scratch);
        foreach (char one in $"0:drive-virtio0={scratch["t.raw"]}\ndone\n")
        {
            Write(map, one.ToString());
            Thread.Sleep(1);
        }

        process.Finish().Succeeded();
        Assert.Equal(golden.Devices[0].ImageSha256, Images.Sha256(scratch["t.raw"]));
    }

    [Theory]
    [InlineData("done\n")]
    [InlineData("\n")]
    [InlineData("done\n0:nonsense\n")]
    [InlineData("\nnonsense\n")]
    public void Nothing_behind_the_end_of_the_map_is_waited_for_or_read(string end)
    {
        using var scratch = new Scratch();
        GoldenArchive golden = GoldenSet.Find("size-5k.vma");
        using VmaProcess process = Start(scratch, golden);
        process.WaitForOutput("CTIME:");
        scratch.File("t.raw", new byte[5120]);
        using FileStream map = OpenMap(scratch);
        Write(map, $"0:drive-virtio0={scratch["t.raw"]}\n{end}");
        process.Finish().Succeeded();
        Assert.Equal(golden.Devices[0].ImageSha256, Images.Sha256(scratch["t.raw"]));
    }

    [Theory]
    [InlineData("0:drive-virtio0=@/t.raw\n")]
    [InlineData("0:drive-virtio0=@/t.raw")]
    public void The_end_of_a_map_file_ends_the_map_too(string text)
    {
        using var scratch = new Scratch();
        GoldenArchive golden = GoldenSet.Find("size-5k.vma");
        scratch.File("t.raw", new byte[5120]);
        string map = scratch.File("map", Encoding.UTF8.GetBytes(text.Replace("@", scratch.Path)));
        VmaCall.Run("extract", "-r", map, golden.Path, scratch["out"]).Succeeded();
        Assert.Equal(golden.Devices[0].ImageSha256, Images.Sha256(scratch["t.raw"]));
    }

    [Fact]
    public void Damage_is_told_when_the_archive_breaks_off_and_the_configs_are_taken_back()
    {
        using var scratch = new Scratch();
        byte[] archive = File.ReadAllBytes(Places.Golden("multi-extent.vma"))[..^3000];
        scratch.Fifo("map");
        using VmaProcess process = new VmaCall("extract", "-v", "-r", scratch["map"], "-", scratch["out"]) { Input = archive }.Start();
        process.WaitForOutput("CTIME:");
        scratch.File("t.raw", new byte[9830400]);
        using FileStream map = OpenMap(scratch);
        Write(map, $"0:drive-scsi0={scratch["t.raw"]}\ndone\n");
        Assert.Contains("standard input", Told.Damage(process.Finish()), StringComparison.Ordinal);
        Assert.Equal(["map", "t.raw"], scratch.Entries);
    }

    private static VmaProcess Start(Scratch scratch, GoldenArchive golden)
    {
        scratch.Fifo("map");
        return new VmaCall("extract", "-v", "-r", scratch["map"], "-", scratch["out"]) { Input = File.ReadAllBytes(golden.Path) }.Start();
    }

    /// <summary>For reading as well, so that opening does not wait for the other side.</summary>
    private static FileStream OpenMap(Scratch scratch) => new(scratch["map"], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);

    private static void Write(FileStream map, string text) => map.Write(Encoding.UTF8.GetBytes(text));
}
