// SPDX-License-Identifier: MIT

using System.Text.Json;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Diff;

/// <summary>Archives are compared by what is in them, not by how it is stored.</summary>
public sealed class DiffTests : IDisposable
{
    private const int Block = 4096;

    private readonly Scratch _scratch = new();
    private readonly byte[] _disk = Images.Striped(1_300_001);

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [MemberData(nameof(Archives.Forms), MemberType = typeof(Archives))]
    public void The_same_content_is_the_same_in_any_form(string form)
    {
        string a = Archives.Write(_scratch["plain.vma"], _disk, Images.Noise(70_001, seed: 2));
        string b = _scratch["other " + form];
        VmaCall.Run("repack", a, b).Succeeded();
        AssertSame(a, b);
        AssertSame(b, a);
    }

    [Fact]
    public void The_order_of_clusters_makes_no_difference()
    {
        _scratch.File("disk", _disk);
        VmaCall.Run("create", "--no-seal", _scratch["a.vma"], "-d", $"x={_scratch["disk"]}", "-d", $"y={_scratch["disk"]}").Succeeded();
        VmaCall.Run("repack", _scratch["a.vma"], _scratch["b.vma"]).Succeeded();
        Assert.NotEqual(File.ReadAllBytes(_scratch["a.vma"]), File.ReadAllBytes(_scratch["b.vma"]));
        AssertSame(_scratch["a.vma"], _scratch["b.vma"]);
    }

    [Fact]
    public void What_differs_is_told_to_the_block()
    {
        byte[] changed = [.. _disk];
        changed[5 * Block] ^= 1; // a block of noise
        changed[6 * Block] ^= 1; // the next one, of zeros
        changed[^1] ^= 1;
        Archives.Write(_scratch["a.vma"], "cores: 2\n", _disk, Images.Noise(100));
        Archives.Write(_scratch["b.vma.zst"], "cores: 4\n", changed, Images.Noise(100));
        int last = _disk.Length / Block * Block;

        VmaResult result = Diff(1, _scratch["a.vma"], _scratch["b.vma.zst"]);
        Assert.Equal(["config vm.conf: differs", $"device a: 8192 bytes at {5 * Block}", $"device a: {_disk.Length - last} bytes at {last}"],
            result.OutputLines);
        Assert.Empty(Diff(1, "-q", _scratch["a.vma"], _scratch["b.vma.zst"]).Output);
        Assert.Empty(Diff(1, "--quiet", _scratch["b.vma.zst"], _scratch["a.vma"]).Output);

        JsonElement json = Diff(1, "--json", _scratch["a.vma"], _scratch["b.vma.zst"]).Json;
        Assert.Equal(["schema", "archiveA", "archiveB", "differences", "same"], json.EnumerateObject().Select(member => member.Name));
        Assert.Equal("vma-diff/1", json.GetProperty("schema").GetString());
        Assert.Equal((_scratch["a.vma"], _scratch["b.vma.zst"]), (json.GetProperty("archiveA").GetString(), json.GetProperty("archiveB").GetString()));
        Assert.False(json.GetProperty("same").GetBoolean());
        JsonElement[] differences = [.. json.GetProperty("differences").EnumerateArray()];
        Assert.Equal("""{"kind":"config","name":"vm.conf","what":"content","sizeA":9,"sizeB":9,"offset":null,"length":null}""",
            JsonSerializer.Serialize(differences[0]));
        Assert.Equal($$"""{"kind":"device","name":"a","what":"content","sizeA":1300001,"sizeB":1300001,"offset":{{5 * Block}},"length":8192}""",
            JsonSerializer.Serialize(differences[1]));
        Assert.Equal(3, differences.Length);
    }

    [Fact]
    public void Sizes_that_differ_are_told_and_what_both_have_is_compared()
    {
        byte[] longer = [.. _disk, .. Images.Noise(100_000, seed: 4)];
        Archives.Write(_scratch["a.vma"], _disk);
        Archives.Write(_scratch["b.vma"], longer);
        Assert.Equal([$"device a: {_disk.Length} bytes in A, {longer.Length} in B"], Diff(1, _scratch["a.vma"], _scratch["b.vma"]).OutputLines);
        longer[_disk.Length - 1] ^= 1;
        Archives.Write(_scratch["c.vma"], longer);
        int last = _disk.Length / Block * Block;
        Assert.Equal(
            [$"device a: {longer.Length} bytes in A, {_disk.Length} in B", $"device a: {_disk.Length - last} bytes at {last}"],
            Diff(1, _scratch["c.vma"], _scratch["a.vma"]).OutputLines);
    }

    [Fact]
    public void What_only_one_archive_has_is_told()
    {
        Archives.Write(_scratch["a.vma"], _disk, [1]);
        VmaCall.Run("create", _scratch["b.vma"], "-c", _scratch.File("other.conf", 1), "-d", $"z={_scratch.File("disk", _disk)}").Succeeded();
        Assert.Equal(
            ["config vm.conf: only in A", "config other.conf: only in B", "device a: only in A", "device b: only in A", "device z: only in B"],
            Diff(1, _scratch["a.vma"], _scratch["b.vma"]).OutputLines);
        JsonElement json = Diff(1, "--json", _scratch["a.vma"], _scratch["b.vma"]).Json;
        Assert.Equal("only-in-a", json.GetProperty("differences")[0].GetProperty("what").GetString());
    }

    [Fact]
    public void Trouble_is_never_taken_for_a_difference()
    {
        string a = Archives.Write(_scratch["a.vma"], _disk), b = Archives.Write(_scratch["b.vma"], Images.Noise(1_300_001, seed: 3));
        Assert.Contains("cannot open '/nowhere'", Told.OneLine(2, VmaCall.Run("diff", a, "/nowhere")), StringComparison.Ordinal);
        Assert.Contains("B is missing", Told.OneLine(2, VmaCall.Run("diff", a)), StringComparison.Ordinal);
        Assert.Contains("do not go together", Told.OneLine(2, VmaCall.Run("diff", "-q", "--json", a, b)), StringComparison.Ordinal);
        Assert.Contains("compressed in one piece", Told.OneLine(2, VmaCall.Run("diff", _scratch.File("gz", Tool.Compress("gzip", a)), b)),
            StringComparison.Ordinal);
        Assert.Contains("cannot write to standard output", Told.OneLine(2, VmaCall.Shell("exec \"$VMA\" diff \"$1\" \"$2\" > /dev/full", a, b).Run()),
            StringComparison.Ordinal);
        VmaResult closed = VmaCall.Shell("{ sleep 0.3; \"$VMA\" diff --json \"$1\" \"$1\"; echo $? >&2; } | true", a).Run();
        Assert.Equal("2\n", closed.Error);
    }

    [Fact]
    public void Damage_is_told_with_the_archive_that_has_it()
    {
        string a = Archives.Write(_scratch["a.vma"], Images.Noise(500_000));
        string b = Archives.WriteDamaged(_scratch["b.vma"], Images.Noise(500_000), 3);
        string line = Told.OneLine(3, VmaCall.Run("diff", a, b));
        Assert.StartsWith($"vma: {b}: ", line, StringComparison.Ordinal);
        Assert.Contains("device 'a', cluster 3 ", line, StringComparison.Ordinal);
        Assert.Contains(": offset ", Told.OneLine(3, VmaCall.Run("diff", a, Places.Executable)), StringComparison.Ordinal);
        Assert.Equal("device a: 4096 bytes at 196608", Diff(1, "--no-verify-data", a, b).Output.Trim());
    }

    [Fact]
    public void One_of_the_archives_can_come_from_standard_input()
    {
        string a = Archives.Write(_scratch["a.vma"], _disk), b = Archives.Write(_scratch["b.vma"], Images.Noise(_disk.Length, seed: 99));
        VmaCall.Shell("exec \"$VMA\" diff - \"$1\" < \"$1\"", a).Run().Succeeded();
        Assert.Equal(1, VmaCall.Shell("exec \"$VMA\" diff - \"$1\" < \"$2\"", a, b).Run().ExitCode);
    }

    private static void AssertSame(string a, string b)
    {
        Assert.Empty(Diff(0, a, b).Output);
        JsonElement json = Diff(0, "--json", a, b).Json;
        Assert.True(json.GetProperty("same").GetBoolean());
        Assert.Equal(0, json.GetProperty("differences").GetArrayLength());
    }

    private static VmaResult Diff(int exitCode, params string[] arguments)
    {
        VmaResult result = VmaCall.Run(["diff", .. arguments]);
        Assert.True(exitCode == result.ExitCode, $"exit code {result.ExitCode}: {result.Error}");
        Assert.Empty(result.Error);
        return result;
    }
}
