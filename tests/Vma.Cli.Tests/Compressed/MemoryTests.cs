// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Compressed;

/// <summary>zstd archives with windows over 128 MiB are sound: each verb reads them when it may take the memory, and else names the call that does.</summary>
public sealed class MemoryTests
{
    private static readonly byte[] Disk = Images.Noise(300_000);

    [Theory]
    [InlineData("list FILE")]
    [InlineData("config FILE -c vm.conf")]
    [InlineData("verify FILE")]
    [InlineData("extract FILE out")]
    [InlineData("salvage FILE out")]
    [InlineData("repack FILE out.vma")]
    [InlineData("convert FILE out/")]
    public void The_call_that_reads_it_is_named_and_works(string call)
    {
        using var scratch = new Scratch();
        string file = Write(scratch);
        string[] words = [.. call.Split(' ').Select(word => word == "FILE" ? file : word.StartsWith("out", StringComparison.Ordinal) ? scratch[word] : word)];
        VmaResult refused = VmaCall.Run(words);
        string line = Told.OneLine(1, refused);
        int at = line.IndexOf("call it again so: vma ", StringComparison.Ordinal);
        Assert.True(at > 0, line);
        string[] again = line[(at + "call it again so: vma ".Length)..].Split(' ');
        Assert.Equal([words[0], "--memory", "256M", .. words[1..]], again);
        VmaCall.Run(again).Succeeded();
    }

    [Fact]
    public void Verbs_that_read_anywhere_take_it_for_the_copy()
    {
        using var scratch = new Scratch();
        string file = Write(scratch);
        VmaCall call = VmaCall.Shell("XDG_CACHE_HOME=\"$1\" \"$VMA\" cat --copy --memory 1G \"$2\" a", scratch["cache"], file);
        Assert.Equal(Disk, call.Run().Succeeded().OutputBytes);
    }

    [Fact]
    public void Json_of_verify_says_that_it_was_not_read()
    {
        using var scratch = new Scratch();
        VmaResult result = VmaCall.Run("verify", "--json", Write(scratch));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("--memory 256M", result.Json.GetProperty("archives")[0].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, result.Json.GetProperty("archives")[0].GetProperty("errors").GetInt32());
    }

    [Fact]
    public void What_is_no_size_is_a_wrong_call() => Told.Usage(VmaCall.Run("verify", "--memory", "1K", "a"), "--memory");

    private static string Write(Scratch scratch)
    {
        string plain = Archives.Write(scratch["plain.vma"], Disk);
        return scratch.File("a.vma.zst", Tool.Run("zstd -q -c --long=28", [.. File.ReadAllBytes(plain), .. new byte[9 << 20]]));
    }
}
