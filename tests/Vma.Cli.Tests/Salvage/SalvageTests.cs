// SPDX-License-Identifier: MIT

using System.Text.Json;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Salvage;

/// <summary>Salvage saves what can be trusted, says what is lost, and ends in 3 when anything was damaged.</summary>
public sealed class SalvageTests
{
    private static readonly string[] Files = ["disk-a.map", "disk-a.raw", "qemu-server.conf", "salvage.json"];

    [Fact]
    public void A_damaged_cluster_is_lost_and_all_else_is_saved()
    {
        using Patient patient = new();
        int at = patient.OffsetOf(2);
        VmaResult result = patient.Damage(at + 5000).Salvage();
        Assert.Equal(3, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Equal(
            [
                $"vma: {patient.Archive}: offset {at}: device 'a', cluster 2 (disk bytes 131072 to 196607): the data does not match its checksum",
                $"vma: {patient.Archive}: device 'a': 328704 bytes, 65536 bytes are lost: 131072 to 196607",
            ],
            result.ErrorLines);
        Assert.Equal(Files, Scratch.Names(patient.Out));
        Assert.Equal(patient.Without(2), patient.Salvaged());
        Assert.Equal("cores: 2\n", File.ReadAllText(Path.Combine(patient.Out, "qemu-server.conf")));
    }

    [Fact]
    public void The_mapfile_tells_ddrescue_what_is_lost()
    {
        using Patient patient = new();
        patient.Damage(patient.OffsetOf(2)).Damage(patient.OffsetOf(5)).Salvage();
        Assert.Equal([.. Enumerable.Range(32, 16), 80], patient.LostBlocks());
    }

    [Fact]
    public void The_mapfile_of_a_whole_disk_has_nothing_lost()
    {
        using Patient patient = new();
        patient.Salvage().Succeeded();
        Assert.Empty(patient.LostBlocks());
        Assert.EndsWith($"0x00000000  0x{Patient.Length:X8}  +\n", File.ReadAllText(Path.Combine(patient.Out, "disk-a.map")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_report_on_standard_output_is_the_one_in_the_directory()
    {
        using Patient patient = new();
        VmaResult result = patient.Damage(patient.OffsetOf(2)).Salvage("--json");
        Assert.Equal(3, result.ExitCode);
        Assert.Equal(patient.Report(), result.OutputBytes[..^1]);
        JsonElement report = result.Json;
        Assert.Equal(
            "archive,archiveBytes,configs,devices,ended,errors,findings,headerWhole,inputBytes,inputSha256,schema,sealed,started,tool,uuid,warnings",
            Fields(report));
        Assert.Equal("vma-salvage/1", report.GetProperty("schema").GetString());
        Assert.Equal(patient.Archive, report.GetProperty("archive").GetString());
        Assert.True(report.GetProperty("headerWhole").GetBoolean());
        Assert.True(report.GetProperty("sealed").GetBoolean());
        Assert.Equal(new FileInfo(patient.Archive).Length, report.GetProperty("archiveBytes").GetInt64());
        Assert.Equal(1, report.GetProperty("errors").GetInt32());

        JsonElement device = Assert.Single(report.GetProperty("devices").EnumerateArray());
        Assert.Equal("id,keptDamagedClusters,length,lost,lostBytes,mapFile,name,path,recoveredClusters,sizeKnown", Fields(device));
        Assert.Equal("disk-a.raw", device.GetProperty("path").GetString());
        Assert.Equal("disk-a.map", device.GetProperty("mapFile").GetString());
        Assert.Equal(Patient.Length, device.GetProperty("length").GetInt64());
        Assert.True(device.GetProperty("sizeKnown").GetBoolean());
        Assert.Equal(5, device.GetProperty("recoveredClusters").GetInt64());
        Assert.Equal(0, device.GetProperty("keptDamagedClusters").GetInt64());
        Assert.Equal(65536, device.GetProperty("lostBytes").GetInt64());
        JsonElement lost = Assert.Single(device.GetProperty("lost").EnumerateArray());
        Assert.Equal([131072, 65536], [lost.GetProperty("offset").GetInt64(), lost.GetProperty("length").GetInt64()]);

        JsonElement finding = Assert.Single(report.GetProperty("findings").EnumerateArray());
        Assert.Equal("data-checksum", finding.GetProperty("code").GetString());
        Assert.Equal(2, finding.GetProperty("cluster").GetInt64());
    }

    [Fact]
    public void Damaged_data_is_written_when_that_is_asked_for_and_still_counts_as_lost()
    {
        using Patient patient = new();
        VmaResult result = patient.Damage(patient.OffsetOf(2) + 5000).Salvage("--keep-damaged", "--json");
        Assert.Equal(3, result.ExitCode);
        byte[] expected = [.. patient.Image];
        expected[2 * Patient.ClusterSize + 5000] ^= 0xff;
        Assert.Equal(expected, patient.Salvaged());
        JsonElement device = result.Json.GetProperty("devices")[0];
        Assert.Equal(1, device.GetProperty("keptDamagedClusters").GetInt64());
        Assert.Equal(65536, device.GetProperty("lostBytes").GetInt64());
        Assert.Equal(Enumerable.Range(32, 16), patient.LostBlocks());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_undamaged_archive_is_saved_whole(bool isSealed)
    {
        using Patient patient = new(isSealed);
        VmaResult result = patient.Salvage().Succeeded();
        Assert.Equal($"vma: {patient.Archive}: device 'a': 328704 bytes, nothing is lost", result.ErrorLines[0]);
        Assert.Equal(isSealed ? 1 : 2, result.ErrorLines.Length);
        Assert.Equal(patient.Image, patient.Salvaged());
    }

    [Fact]
    public void Of_a_plain_archive_it_is_said_that_damage_cannot_be_seen()
    {
        using Patient patient = new(isSealed: false);
        VmaResult result = patient.Damage(patient.OffsetOf(2)).Salvage().Succeeded();
        Assert.Equal($"vma: {patient.Archive}: the archive has no seals: damage inside the data cannot be seen", result.ErrorLines[^1]);
    }

    [Fact]
    public void Every_device_of_a_reference_archive_is_saved()
    {
        using var scratch = new Scratch();
        GoldenArchive golden = GoldenSet.Find("vmstate.vma");
        VmaCall.Run("salvage", golden.Path, scratch["out"]).Succeeded();
        VmaCall.Run("extract", golden.Path, scratch["whole"]).Succeeded();
        Assert.Equal(["disk-drive-scsi0.map", "disk-drive-scsi0.raw", "qemu-server.conf", "salvage.json", "vmstate.bin", "vmstate.map"],
            Scratch.Names(scratch["out"]));
        Assert.Equal(File.ReadAllBytes(scratch["whole/vmstate.bin"]), File.ReadAllBytes(scratch["out/vmstate.bin"]));
        Assert.Equal(File.ReadAllBytes(scratch["whole/disk-drive-scsi0.raw"]), File.ReadAllBytes(scratch["out/disk-drive-scsi0.raw"]));
    }

    [Fact]
    public void An_archive_can_come_from_standard_input()
    {
        using Patient patient = new();
        patient.Damage(patient.OffsetOf(2));
        VmaResult result = new VmaCall("salvage", "-", patient.Out) { Feed = Drip.Unevenly(File.ReadAllBytes(patient.Archive)) }.Run();
        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith("vma: standard input: device 'a': ", result.ErrorLines[^1], StringComparison.Ordinal);
        Assert.Equal(patient.Without(2), patient.Salvaged());
        Assert.Equal("-", JsonDocument.Parse(patient.Report()).RootElement.GetProperty("archive").GetString());
    }

    [Fact]
    public void Extents_behind_an_overwritten_one_are_saved()
    {
        using Patient patient = new(length: 130 * Patient.ClusterSize);
        patient.Damage(patient.HeaderLength + 58 * Patient.ClusterSize + 2 * 512, 512); // the second extent's header
        Assert.Equal(3, patient.Salvage().ExitCode);
        byte[] expected = [.. patient.Image];
        expected.AsSpan(58 * Patient.ClusterSize, 58 * Patient.ClusterSize).Clear();
        Assert.Equal(expected, patient.Salvaged());
    }

    [Fact]
    public void What_is_no_archive_leaves_only_the_report()
    {
        using var scratch = new Scratch();
        VmaResult result = VmaCall.Run("salvage", scratch.File("a", Images.Noise(100000)), scratch["out"]);
        Assert.Equal(3, result.ExitCode);
        Assert.Equal($"vma: {scratch["a"]}: no disk was found", result.ErrorLines[^1]);
        Assert.Equal(["salvage.json"], Scratch.Names(scratch["out"]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5000)]
    public void Of_less_than_a_header_nothing_is_left(int length)
    {
        using var scratch = new Scratch();
        byte[] start = File.ReadAllBytes(Places.Golden("three-disks.vma"))[..length];
        Told.Damage(VmaCall.Run("salvage", scratch.File("a", start), scratch["out"]));
        Assert.Equal(["a"], scratch.Entries);
    }

    private static string Fields(JsonElement element) => string.Join(',', element.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal));
}
