// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Salvage;

/// <summary>What salvage tells of itself, and what it knows before it writes.</summary>
public sealed class EvidenceTests : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly byte[] _disk = Images.Noise(300_000);

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_report_has_version_times_and_the_hash_of_the_input(bool fromPipe)
    {
        string file = Archives.Write(_scratch["a.vma"], _disk);
        DateTime before = DateTime.UtcNow.AddSeconds(-1);
        _ = fromPipe ? VmaCall.Shell("cat \"$1\" | \"$VMA\" salvage - \"$2\"", file, _scratch["out"]).Run().Succeeded()
            : VmaCall.Run("salvage", file, _scratch["out"]).Succeeded();
        JsonElement report = JsonDocument.Parse(File.ReadAllBytes(_scratch["out/salvage.json"])).RootElement;
        Assert.Equal(VmaCall.Run("--version").Output.TrimEnd(), report.GetProperty("tool").GetString()!["vma ".Length..]);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))), report.GetProperty("inputSha256").GetString());
        Assert.Equal(new FileInfo(file).Length, report.GetProperty("inputBytes").GetInt64());
        DateTime started = Time(report, "started"), ended = Time(report, "ended");
        Assert.True(before <= started && started <= ended && ended <= DateTime.UtcNow);
    }

    [Fact]
    public void A_size_is_for_a_disk_by_its_short_name_and_a_wrong_one_is_refused_before_anything_is_written()
    {
        byte[] archive = new ArchiveBuilder().WholeDisk(1, "drive-scsi0", 3).Build();
        string file = _scratch.File("a.vma", archive);
        VmaCall.Run("salvage", file, _scratch["out"], "--size", "scsi0=100000").Succeeded();
        Assert.Equal(100_000, new FileInfo(_scratch["out/disk-drive-scsi0.raw"]).Length);
        Told.Usage(VmaCall.Run("salvage", file, _scratch["other"], "--size", "scsi7=100000"), "'drive-scsi0'");
        Assert.False(Directory.Exists(_scratch["other"]));
    }

    [Fact]
    public void Zero_blocks_are_told_and_are_damage_when_strict()
    {
        byte[] archive = new ArchiveBuilder().Device(1, "a", 2 * ArchiveBuilder.Cluster)
            .Extent(extent => extent.Slot(1, 0, 0xffff, zeroes: true).Slot(1, 1, 0xffff, zeroes: true)).Build();
        string file = _scratch.File("a.vma", archive);
        int number = 0;
        foreach (string verb in (string[])["verify", "extract", "salvage"])
        {
            string[] call = verb == "verify" ? [verb, file] : [verb, file, _scratch[$"out{number++}"]];
            string line = VmaCall.Run(call).Succeeded().ErrorLines[0];
            Assert.Contains("warning: offset 13312: device 'a', clusters 0 to 1 (disk bytes 0 to 131071): stored blocks are all zeros", line,
                StringComparison.Ordinal);
            call = verb == "verify" ? [verb, file, "--strict"] : [verb, file, _scratch[$"out{number++}"], "--strict"];
            Assert.Equal(3, VmaCall.Run(call).ExitCode);
        }
    }

    [Fact]
    public void Neighbours_share_a_line_and_each_has_its_own_when_that_is_asked_for()
    {
        byte[] archive = new ArchiveBuilder().Device(1, "a", 9 * ArchiveBuilder.Cluster)
            .Extent(extent => Array.ForEach([.. Enumerable.Range(0, 9)], cluster => extent.Slot(1, (uint)cluster, 0xffff, zeroes: true))).Build();
        string file = _scratch.File("a.vma", archive);
        Assert.Equal(2, VmaCall.Run("verify", file).Succeeded().ErrorLines.Length);
        Assert.Equal(10, VmaCall.Run("verify", "-v", file).Succeeded().ErrorLines.Length);
        string[] lines = VmaCall.Run("salvage", "-v", file, _scratch["out"]).Succeeded().ErrorLines;
        Assert.Equal(9, lines.Count(line => line.Contains("warning", StringComparison.Ordinal)));
        JsonElement finding = VmaCall.Run("verify", "--json", file).Json.GetProperty("archives")[0].GetProperty("findings")[0];
        Assert.Equal((9, 9), (finding.GetProperty("count").GetInt32(), finding.GetProperty("clusters").GetInt32()));
    }

    [Theory]
    [InlineData("extract FILE out")]
    [InlineData("repack FILE out.vma")]
    [InlineData("cat FILE a")]
    [InlineData("convert FILE out/")]
    [InlineData("serve FILE --run nbdcopy_$uri_null:")]
    public void A_command_that_meets_damage_names_the_next_step(string call)
    {
        string file = Archives.WriteDamaged(_scratch["a b.vma"], _disk, 2);
        string[] words = [.. call.Split(' ').Select(word => word == "FILE" ? file : word.StartsWith("out", StringComparison.Ordinal) ? _scratch[word]
            : word.Replace('_', ' '))];
        VmaResult result = VmaCall.Run(words);
        Assert.NotEqual(0, result.ExitCode);
        string line = Assert.Single(result.ErrorLines, one => one.Contains("next: ", StringComparison.Ordinal));
        Assert.Contains($"vma verify '{file}' tells all that is wrong, vma salvage '{file}' DIR saves", line, StringComparison.Ordinal);
    }

    private static DateTime Time(JsonElement report, string name) =>
        DateTime.ParseExact(report.GetProperty(name).GetString()!, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
