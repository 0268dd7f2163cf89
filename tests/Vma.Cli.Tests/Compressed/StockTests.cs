// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Compressed;

/// <summary>Archives that are one zstd frame, as Proxmox VE makes them: every verb reads them at once, and a pass leaves their index.</summary>
public sealed class StockTests : IDisposable
{
    private static readonly byte[] Disk = [.. Images.Noise(6_000_000), .. new byte[1 << 20], .. Images.Noise(6_000_000)];

    private readonly Scratch _scratch = new();
    private readonly string _archive;

    public StockTests()
    {
        string plain = Archives.Write(_scratch["plain.vma"], Disk);
        _archive = _scratch.File("stock.vma.zst", Tool.Compress("zstd -q", plain));
    }

    private string[] Indexes => Directory.Exists(_scratch["cache/vma"]) ? Scratch.Names(_scratch["cache/vma"]) : [];

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_disk_is_written_out_while_its_archive_is_indexed_and_by_the_index_later()
    {
        Assert.Equal(Disk, Call("cat \"$2\" a").Succeeded().OutputBytes);
        Assert.Equal(Disk[5_000_000..5_000_100], Call("cat \"$2\" a --offset 5000000 --length 100").Succeeded().OutputBytes);
    }

    [Theory]
    [InlineData("verify \"$2\"")]
    [InlineData("extract \"$2\" \"$1/out\"")]
    public void A_pass_to_the_end_leaves_the_index_and_says_the_same_with_it(string call)
    {
        string first = Call(call).Succeeded().Output;
        Assert.Single(Indexes, name => name.EndsWith(".idx", StringComparison.Ordinal));
        if (Directory.Exists(_scratch["out"]))
        {
            Assert.Equal(Disk, File.ReadAllBytes(_scratch["out/disk-a.raw"]));
            Directory.Delete(_scratch["out"], recursive: true);
        }

        Assert.Equal(first, Call(call).Succeeded().Output);
        Assert.Single(Indexes);
    }

    [Fact]
    public void An_index_is_its_owners_alone()
    {
        Call("verify \"$2\"").Succeeded();
        Assert.Equal("600", Tool.Call("stat", "-c", "%a", _scratch[$"cache/vma/{Indexes[0]}"]).Trim());
        Assert.Equal("700", Tool.Call("stat", "-c", "%a", _scratch["cache/vma"]).Trim());
    }

    [Theory]
    [InlineData("verify --no-index \"$2\"")]
    [InlineData("cat --no-index \"$2\" a")]
    [InlineData("list \"$2\"")]
    [InlineData("verify --quick \"$2\"")]
    public void Nothing_is_kept_where_nothing_is_wanted(string call)
    {
        Call(call).Succeeded();
        Assert.Empty(Indexes);
    }

    [Fact]
    public void A_damaged_archive_gets_no_index_and_is_told_as_damaged_each_time()
    {
        byte[] bytes = File.ReadAllBytes(_archive);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(_archive, bytes);
        string[] first = Call("verify \"$2\"").ErrorLines;
        Assert.Contains("DAMAGED", first[^1], StringComparison.Ordinal);
        Assert.Equal(first, Call("verify \"$2\"").ErrorLines);
        Assert.Equal(3, Call("extract \"$2\" \"$1/out\"").ExitCode);
        Assert.Empty(Indexes);
    }

    [Fact]
    public void Damage_that_came_after_the_index_is_found_also_where_times_do_not_tell_it()
    {
        Call("verify \"$2\"").Succeeded();
        string index = _scratch[$"cache/vma/{Indexes[0]}"];
        byte[] bytes = File.ReadAllBytes(index);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(index, bytes);
        Assert.Equal(Disk, Call("cat \"$2\" a").Succeeded().OutputBytes);
    }

    [Fact]
    public void Without_a_place_for_the_index_everything_works_all_the_same()
    {
        string file = _scratch.File("file");
        VmaResult result = VmaCall.Shell("export XDG_CACHE_HOME=\"$1\"; exec \"$VMA\" cat \"$2\" a", file, _archive).Run();
        Assert.Equal(Disk, result.Succeeded().OutputBytes);
    }

    private VmaResult Call(string call) => VmaCall.Shell($"export XDG_CACHE_HOME=\"$1/cache\"; exec \"$VMA\" {call}", _scratch.Path, _archive).Run();
}
