// SPDX-License-Identifier: MIT

using System.Text.Json;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Serve;

/// <summary>Other programs read every disk of every form, whatever its size.</summary>
public sealed class InteropTests
{
    private const int Block = 4096;

    /// <summary>Everything that reads an export; each line must succeed. $1 is the export's URI, $2 the raw disk, $3 a directory to work in.</summary>
    private const string Readers = """
        set -ex
        cd "$3"
        nbdinfo "$1" > info
        nbdcopy --connections=1 "$1" copied; cmp "$2" copied
        nbdcopy --connections=8 --request-size=65536 "$1" copied; cmp "$2" copied
        qemu-img compare -f raw -F raw "$1" "$2"
        qemu-img convert -f raw -O qcow2 "$1" converted; qemu-img compare -f qcow2 -F raw converted "$2"
        nbdkit --unix - nbd uri="$1" --run 'nbdcopy "$uri" copied'; cmp "$2" copied
        : > mounted
        nbdfuse --pidfile pid mounted "$1" &
        while ! test -s pid; do sleep 0.01; done
        cmp mounted "$2" || same=no
        fusermount3 -u mounted || umount mounted
        wait
        test -z "$same"
        """;

    [Theory]
    [MemberData(nameof(Archives.Forms), MemberType = typeof(Archives))]
    public void All_readers_see_the_disks_of_an_archive_that_the_library_wrote(string form)
    {
        using var scratch = new Scratch();
        byte[][] disks = [Images.Striped(1_300_001), Images.Noise(70_001, seed: 2), new byte[200_001]];
        using Served served = Served.Start(Archives.Write(scratch[form], disks));
        foreach ((int i, byte[] disk) in disks.Index())
        {
            AssertReadable(scratch, served.Uris[i], disk);
        }

        Assert.Equal(3, VmaCall.Shell("nbdinfo --list \"$1\" | grep -c '^export='", served.Uri).Run().Json.GetInt32());
        served.StopQuietly();
    }

    [Theory]
    [InlineData("a.vma", "")]
    [InlineData("a.vma", "--no-seal")]
    [InlineData("a.vma.zst", "")]
    [InlineData("a.vma.lzo", "")]
    public void All_readers_see_the_disk_of_an_archive_that_create_made(string name, string option)
    {
        using var scratch = new Scratch();
        byte[] disk = Images.Striped((5 * 65536) + 1536);
        scratch.File("disk", disk);
        VmaCall.Shell("exec \"$VMA\" create $1 \"$2\" -d \"a=$3\"", option, scratch[name], scratch["disk"]).Run().Succeeded();
        using Served served = Served.Start(scratch[name]);
        AssertReadable(scratch, served.Uri, disk);
        served.StopQuietly();
    }

    [Theory]
    [InlineData("size-unaligned.vma")]
    [InlineData("size-5k.vma")]
    public void All_readers_see_the_disks_of_an_archive_that_the_reference_tool_made(string name)
    {
        using var scratch = new Scratch();
        VmaCall.Run("extract", Places.Golden(name), scratch["restored"]).Succeeded();
        using Served served = Served.Start(Places.Golden(name));
        foreach ((string uri, GoldenDevice device) in served.Uris.Zip(GoldenSet.Find(name).Devices))
        {
            AssertReadable(scratch, uri, File.ReadAllBytes(Path.Combine(scratch["restored"], device.FileName)));
        }

        served.StopQuietly();
    }

    [Fact]
    public void A_disk_that_ends_inside_of_a_block_ends_there()
    {
        using var scratch = new Scratch();
        (ArchiveBuilder archive, byte[] disk) = Archives.Odd();
        using Served served = Served.Start(scratch.File("odd.vma", archive.Build()));
        AssertReadable(scratch, served.Uri, disk);
    }

    private static void AssertReadable(Scratch scratch, string uri, byte[] disk)
    {
        string work = Directory.CreateDirectory(scratch[$"work{scratch.Entries.Length}"]).FullName;
        string raw = Path.Combine(work, "raw");
        File.WriteAllBytes(raw, disk);
        VmaCall.Shell(Readers, uri, raw, work).Run().Succeeded();
        Assert.Matches($"export-size: {disk.Length}[ \n]", File.ReadAllText(Path.Combine(work, "info")));

        long at = 0;
        foreach (JsonElement extent in VmaCall.Shell("exec nbdinfo --map --json \"$1\"", uri).Run().Succeeded().Json.EnumerateArray())
        {
            Assert.Equal(at, extent.GetProperty("offset").GetInt64());
            long end = at + extent.GetProperty("length").GetInt64();
            for (; at < end; at += Math.Min(Block, end - at))
            {
                bool isZero = !disk.AsSpan((int)at, (int)Math.Min(Block, end - at)).ContainsAnyExcept((byte)0);
                Assert.Equal((at, isZero ? "hole,zero" : "data"), (at, extent.GetProperty("description").GetString()));
            }
        }

        Assert.Equal(disk.Length, at);
    }
}
