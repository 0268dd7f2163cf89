// SPDX-License-Identifier: MIT

using System.Globalization;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Serve;

/// <summary>What cannot be read: damage, and archives that are compressed in one piece.</summary>
public sealed class ReadingTests
{
    private const int Cluster = 65536;

    [Fact]
    public void A_damaged_cluster_is_an_error_for_just_its_range()
    {
        using var scratch = new Scratch();
        byte[] disk = Images.Noise(5 * Cluster);
        Archives.WriteDamaged(scratch["a.vma"], disk, 2);
        using Served served = Served.Start(scratch["a.vma"]);
        Assert.NotEqual(0, VmaCall.Shell("exec nbdcopy \"$1\" null:", served.Uri).Run().ExitCode);
        for (int cluster = 0; cluster < 5; cluster++)
        {
            string reading = string.Create(CultureInfo.InvariantCulture, $"read -v {cluster * Cluster} {Cluster}");
            VmaResult result = VmaCall.Shell("exec qemu-io -r -f raw -c \"$1\" \"$2\"", reading, served.Uri).Run();
            Assert.Equal(cluster == 2, result.Output.Contains("read failed: Input/output error", StringComparison.Ordinal));
        }

        VmaResult end = served.Stop().Succeeded();
        Assert.Contains("vma: a: reading ", end.Error, StringComparison.Ordinal);
        Assert.All(end.ErrorLines, line =>
            Assert.Contains("device 'a', cluster 2 (disk bytes 131072 to 196607): the data does not match its checksum", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Damaged_data_is_served_as_it_is_where_that_is_asked_for()
    {
        using var scratch = new Scratch();
        byte[] disk = Images.Noise(5 * Cluster);
        Archives.WriteDamaged(scratch["a.vma"], disk, 2);
        VmaCall.Run("serve", "--no-verify-data", scratch["a.vma"], "--run", $"nbdcopy \"$uri\" {scratch["disk"]}").Succeeded();
        byte[] given = File.ReadAllBytes(scratch["disk"]);
        Assert.Equal(disk.Length, given.Length);
        Assert.Equal(2, Assert.Single(Enumerable.Range(0, disk.Length), at => disk[at] != given[at]) / Cluster);
    }

    [Theory]
    [InlineData("gzip")]
    public void What_is_compressed_in_one_piece_needs_a_copy_which_is_made_once(string compressor)
    {
        using var scratch = new Scratch();
        byte[] disk = Images.Noise(20_000_001); // a frame that fits in memory needs no copy
        string packed = scratch.File("packed", Tool.Compress(compressor, Archives.Write(scratch["a.vma"], disk)));
        string line = Told.OneLine(1, VmaCall.Run("serve", packed));
        Assert.Contains("give --copy", line, StringComparison.Ordinal);
        Assert.Contains($"'vma repack {packed} NEW.vma.zst'", line, StringComparison.Ordinal);

        const string Call = "XDG_CACHE_HOME=\"$1\" exec \"$VMA\" serve --copy \"$2\" --run 'nbdcopy \"$uri\" -'";
        Assert.Equal(disk, VmaCall.Shell(Call, scratch["cache"], packed).Run().Succeeded().OutputBytes);
        string copy = Assert.Single(Directory.GetFiles(scratch["cache/vma"]));
        DateTime made = File.GetLastWriteTimeUtc(copy);
        Assert.Equal(disk, VmaCall.Shell(Call, scratch["cache"], packed).Run().Succeeded().OutputBytes);
        Assert.Equal([copy], Directory.GetFiles(scratch["cache/vma"]));
        Assert.Equal(made, File.GetLastWriteTimeUtc(copy));
    }

    [Fact]
    public void Standard_input_is_read_where_it_is_a_file()
    {
        VmaResult result = VmaCall.Shell("exec \"$VMA\" serve - --run 'nbdinfo --size \"$uri\"' < \"$1\"", Places.Golden("size-5k.vma")).Run().Succeeded();
        Assert.Equal(GoldenSet.Find("size-5k.vma").Devices[0].Size.ToString(CultureInfo.InvariantCulture), result.Output.Trim());
    }
}
