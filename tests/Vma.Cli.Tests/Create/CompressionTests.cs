// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Create;

/// <summary>Compressed archives that <c>create</c> writes, and what others make of them.</summary>
public sealed class CompressionTests
{
    [Theory]
    [InlineData("a.vma.zst", "zstd -q -t", "zstd -q -dc")]
    [InlineData("a.vma.lzo", "lzop -q -t", "lzop -q -dc")]
    [InlineData("a.vma.gz", "gzip -q -t", "gzip -q -dc")]
    public void The_name_chooses_a_format_that_its_own_tool_reads(string name, string test, string decompress)
    {
        using Scratch scratch = WithDisk();
        Create(scratch, name).Succeeded();
        VmaCall.Shell($"{test} \"$1\"", scratch[name]).Run().Succeeded();
        VmaCall.Shell($"{decompress} \"$1\" > \"$2\"", scratch[name], scratch["plain.vma"]).Run().Succeeded();
        Assert.Contains("good; data checked", VmaCall.Run("verify", scratch["plain.vma"]).Succeeded().Error, StringComparison.Ordinal);
        VmaCall.Run("extract", scratch[name], scratch["out"]).Succeeded();
        Assert.Equal(File.ReadAllBytes(scratch["disk.raw"]), File.ReadAllBytes(scratch["out/disk-disk.raw"]));
        Assert.True(new FileInfo(scratch[name]).Length < new FileInfo(scratch["plain.vma"]).Length);
    }

    [Theory]
    [InlineData("zstd", "zstd")]
    [InlineData("zstd:19", "zstd")]
    [InlineData("lzo", "lzop")]
    [InlineData("gzip:1", "gzip")]
    public void An_option_goes_before_the_name(string option, string tool)
    {
        using Scratch scratch = WithDisk();
        Create(scratch, "a.vma", "--compress", option).Succeeded();
        VmaCall.Shell($"{tool} -q -dc < \"$1\" | \"$VMA\" verify -", scratch["a.vma"]).Run().Succeeded();
        Create(scratch, "b.vma.zst", "--compress", "none").Succeeded();
        Assert.Equal("VMA\0"u8, File.ReadAllBytes(scratch["b.vma.zst"]).AsSpan(0, 4));
    }

    [Theory]
    [InlineData("zstd:0")]
    [InlineData("zstd:20")]
    [InlineData("zstd:x")]
    [InlineData("lzo:3")]
    [InlineData("gzip:10")]
    [InlineData("xz")]
    public void Another_compression_is_refused(string option)
    {
        using Scratch scratch = WithDisk();
        Told.Usage(Create(scratch, "a.vma", "--compress", option), "is no compression");
        Assert.Equal(["disk.raw"], scratch.Entries);
    }

    [Fact]
    public void Bzip2_is_not_written()
    {
        using Scratch scratch = WithDisk();
        Told.Usage(Create(scratch, "a.vma.bz2"), "bzip2 is only read");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("65")]
    [InlineData("many")]
    public void A_number_of_threads_that_makes_no_sense_is_refused(string threads)
    {
        using Scratch scratch = WithDisk();
        Told.Usage(Create(scratch, "a.vma", "--threads", threads), "threads");
    }

    [Fact]
    public void The_archive_goes_compressed_into_a_pipe_and_the_report_says_how_long_both_are()
    {
        using Scratch scratch = WithDisk();
        VmaCall.Shell("\"$VMA\" create - --compress zstd -d format=raw:disk=\"$1\" | zstd -q -dc | \"$VMA\" verify -", scratch["disk.raw"]).Run().Succeeded();
        System.Text.Json.JsonElement report = Create(scratch, "a.vma.zst", "--json").Succeeded().Json;
        Assert.Equal(new FileInfo(scratch["a.vma.zst"]).Length, report.GetProperty("writtenBytes").GetInt64());
        Assert.True(report.GetProperty("archiveBytes").GetInt64() > report.GetProperty("writtenBytes").GetInt64());
    }

    [Theory]
    [InlineData("create")]
    [InlineData("convert")]
    [InlineData("repack")]
    public void The_name_of_what_is_no_new_file_compresses_nothing(string verb)
    {
        using Scratch scratch = WithDisk();
        Create(scratch, "plain.vma").Succeeded();
        Make(verb, scratch, $"exec:zstd -q -o {scratch["a.vma.zst"]}").Succeeded();
        AssertOneLayer(scratch, "a.vma.zst");
        Make(verb, scratch, $"exec:cat > {scratch["b.vma.zst"]}", "--compress", "zstd").Succeeded();
        AssertOneLayer(scratch, "b.vma.zst");
        Make(verb, scratch, $"exec:cat > {scratch["c.vma.bz2"]}").Succeeded();
        Assert.Equal("VMA\0"u8, File.ReadAllBytes(scratch["c.vma.bz2"]).AsSpan(0, 4));

        VmaProcess reader = VmaCall.Shell("exec cat \"$1\"", scratch.Fifo("fifo.vma.zst")).Start();
        Make(verb, scratch, scratch["fifo.vma.zst"]).Succeeded();
        Assert.Equal("VMA\0"u8, reader.Finish().Succeeded().OutputBytes.AsSpan(0, 4));
        reader = VmaCall.Shell("exec cat \"$1\" > \"$2\"", scratch["fifo.vma.zst"], scratch["d.vma.zst"]).Start();
        Make(verb, scratch, scratch["fifo.vma.zst"], "--compress", "zstd").Succeeded();
        reader.Finish().Succeeded();
        AssertOneLayer(scratch, "d.vma.zst");
    }

    [Fact]
    public void Backup_takes_a_command_for_a_command_whatever_the_name_at_its_end()
    {
        using var scratch = new Scratch();
        Told.Usage(VmaCall.Run("backup", scratch["qmp"], scratch["a.vma.bz2"]), "bzip2 is only read");
        Told.Failure(VmaCall.Run("backup", scratch["qmp"], $"exec:cat > {scratch["a.vma.bz2"]}"), "qmp");
        Told.Failure(VmaCall.Run("backup", scratch["qmp"], scratch.Fifo("fifo.vma.bz2")), "qmp");
    }

    private static VmaResult Make(string verb, Scratch scratch, string target, params string[] options) => VmaCall.Run(verb switch
    {
        "create" => ["create", target, "-d", $"format=raw:disk={scratch["disk.raw"]}", .. options],
        "convert" => ["convert", $"format=raw:disk={scratch["disk.raw"]}", target, .. options],
        _ => ["repack", scratch["plain.vma"], target, .. options],
    });

    private static void AssertOneLayer(Scratch scratch, string name)
    {
        byte[] plain = VmaCall.Shell("zstd -q -dc \"$1\"", scratch[name]).Run().Succeeded().OutputBytes;
        Assert.Equal("VMA\0"u8, plain.AsSpan(0, 4));
        VmaCall.Run("verify", scratch[name]).Succeeded();
    }

    private static VmaResult Create(Scratch scratch, string name, params string[] options) =>
        VmaCall.Run(["create", scratch[name], "-d", $"format=raw:disk={scratch["disk.raw"]}", .. options]);

    private static Scratch WithDisk()
    {
        var scratch = new Scratch();
        var content = new byte[9 << 20];
        var random = new Random(3);
        for (int at = 0; at < content.Length; at += 8192)
        {
            random.NextBytes(content.AsSpan(at, 1000));
        }

        scratch.File("disk.raw", content);
        return scratch;
    }
}
