// SPDX-License-Identifier: MIT

using System.Text.Json;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Hostile;

/// <summary>What other writers do and readers take: it restores, some of it with a warning of verify.</summary>
public sealed class ToleratedTests
{
    private const int Size = 2 * ArchiveBuilder.Cluster;
    private const string NoFinding = "";

    private static readonly Dictionary<string, (ArchiveBuilder Archive, string Warning)> Cases = new()
    {
        ["a sound archive"] = (Disk().Extent(First).Extent(Second), NoFinding),
        ["extents swapped"] = (Disk().Extent(Second).Extent(First), NoFinding),
        ["clusters in reverse order"] = (Disk().Extent(extent => extent.Slot(1, 1, 0xffff).Slot(1, 0, 0x00ff)), NoFinding),
        ["empty extents everywhere"] = (Disk().Extent(Nothing).Extent(First).Extent(Nothing).Extent(Nothing).Extent(Second).Extent(Nothing), NoFinding),
        ["null extents with garbage"] = (Disk().Extent(Garbage).Extent(First).Extent(Garbage).Extent(Second).Extent(Garbage), NoFinding),
        ["unused slots in between"] = (Disk().Extent(extent =>
            extent.Unused(0x0700_0000_0007).Slot(1, 1, 0xffff).Unused().Unused(0x0900_0000_0009).Slot(1, 0, 0x00ff)), NoFinding),
        ["zero blocks stored"] = (Disk().Extent(extent => extent.Slot(1, 0, 0xffff, zeroes: true).Slot(1, 1, 0x0101)), "zero-blocks"),
        ["reserved byte of a slot set"] = (Disk().Extent(extent => extent.Slot(1, 0, 3, reserved: 0xff).Slot(1, 1, reserved: 1)), NoFinding),
        ["all-zero clusters without data"] = (Disk().Extent(extent => extent.Slot(1, 0).Slot(1, 1)), NoFinding),
        ["reserved bytes 60 set"] = (Disk().Patch(60, 1).Extent(First).Extent(Second), "reserved-not-zero"),
        ["reserved bytes 4092 set"] = (Disk().Patch(4095, 1).Extent(First).Extent(Second), "reserved-not-zero"),
        ["reserved bytes of a device set"] = (Disk().Patch(ArchiveBuilder.DeviceTable + 32 + 4, 1).Extent(First).Extent(Second), "reserved-not-zero"),
        ["reserved bytes of an unused device set"] = (Disk().Patch(ArchiveBuilder.DeviceTable + 99 * 32 + 31, 1).Extent(First)
            .Extent(Second), "reserved-not-zero"),
        ["header size off the grid"] = (Disk(headerLength: 12900).Extent(First).Extent(Second), "header-not-aligned"),
        ["header of 1 MiB"] = (Disk(headerLength: 12800 + (1 << 20)).Extent(First).Extent(Second), NoFinding),
        ["device of size 0"] = (Disk().Device(2, "nothing", 0).Extent(First).Extent(Second), "device-ignored"),
        ["device without a name"] = (Disk().Device(2, "x", 512).Field(ArchiveBuilder.DeviceTable + 64, 0).Extent(First).Extent(Second), "device-ignored"),
        ["device whose name is no blob"] = (Disk().Device(2, "x", 512).Field(ArchiveBuilder.DeviceTable + 64, 3).Extent(First)
            .Extent(Second), "device-ignored"),
        ["device whose name lacks the NUL"] = (Disk().DeviceOfBlob(2, [.. "x"u8], 512).Extent(First).Extent(Second), "device-ignored"),
        ["device 0"] = (Disk().Device(0, "zero", 512).Extent(First).Extent(Second), "device-ignored"),
        ["device 255"] = (Disk().Device(255, "last", 4096).Extent(First).Extent(extent => extent.Slot(255, 0, 1).Slot(1, 1, 0xffff)), NoFinding),
        ["a config without a name"] = (Disk().Config("a", "1").Config("b", "2").Field(ArchiveBuilder.ConfigNames, 0).Extent(First)
            .Extent(Second), "config-ignored"),
        ["a config without data"] = (Disk().Config("a", "1").Field(ArchiveBuilder.ConfigData, 0).Extent(First).Extent(Second), "config-ignored"),
        ["a zero byte behind the end"] = (Disk().Extent(First).Extent(Second).Raw(0), "zero-padding"),
        ["a mebibyte of zeros behind the end"] = (Disk().Extent(First).Extent(Second).Raw(new byte[1 << 20]), "zero-padding"),
        ["59 used slots"] = (new ArchiveBuilder().Device(1, "a", 59 * ArchiveBuilder.Cluster).Extent(All59), NoFinding),
        ["full mask on a last cluster"] = (new ArchiveBuilder().Device(1, "a", 5000).Extent(extent => extent.Slot(1, 0, 0xffff)), "blocks-behind-end"),
        ["stale bytes behind the end of a disk"] = (new ArchiveBuilder().Device(1, "a", 5000).Extent(extent => extent.Slot(1, 0, 0x0003)), NoFinding),
        ["a disk of one byte"] = (new ArchiveBuilder().Device(1, "a", 1).Extent(extent => extent.Slot(1, 0, 1)), NoFinding),
        ["disks interleaved"] = (Disk().Device(2, "b", Size).Extent(extent => extent.Slot(2, 1, 1).Slot(1, 1, 2).Slot(2, 0, 4).Slot(1, 0, 8)), NoFinding),
    };

    public static TheoryData<string> Names => new(Cases.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Verify_passes_and_warns_where_it_should(string name)
    {
        using var scratch = new Scratch();
        string file = scratch.File("a.vma", Cases[name].Archive.Build());
        Assert.Empty(VmaCall.Run("list", file).Succeeded().Error);
        VmaResult result = VmaCall.Run("verify", "--json", file).Succeeded();
        JsonElement[] findings = [.. result.Json.GetProperty("archives")[0].GetProperty("findings").EnumerateArray()];
        Assert.All(findings, finding => Assert.Equal("warning", finding.GetProperty("severity").GetString()));
        Assert.Equal(Cases[name].Warning, findings.Length == 0 ? NoFinding : Assert.Single(findings).GetProperty("code").GetString());
        Assert.Equal(findings.Length + 1, result.ErrorLines.Length);
        Assert.All(result.ErrorLines[..^1], line => Assert.StartsWith($"vma: {file}: warning: offset ", line, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Extract_restores_every_byte(string name)
    {
        using var scratch = new Scratch();
        ArchiveBuilder archive = Cases[name].Archive;
        VmaResult list = VmaCall.Run("list", "--json", scratch.File("a.vma", archive.Build())).Succeeded();
        VmaCall.Run("extract", scratch["a.vma"], scratch["out"]).Succeeded();
        foreach (JsonElement device in list.Json.GetProperty("devices").EnumerateArray())
        {
            byte[] expected = archive.ImageOf(device.GetProperty("id").GetInt32(), device.GetProperty("size").GetInt32());
            Assert.Equal(expected, File.ReadAllBytes(Path.Combine(scratch["out"], $"disk-{device.GetProperty("name")}.raw")));
        }

        int files = list.Json.GetProperty("devices").GetArrayLength() + list.Json.GetProperty("configs").GetArrayLength();
        Assert.Equal(files, Scratch.Names(scratch["out"]).Length);
    }

    private static ArchiveBuilder Disk(int? headerLength = null) => new ArchiveBuilder { HeaderLength = headerLength }.Device(1, "a", Size);

    private static void First(ExtentDraft extent) => extent.Slot(1, 0, 0x00ff);

    private static void Second(ExtentDraft extent) => extent.Slot(1, 1, 0xffff);

    private static void Nothing(ExtentDraft extent) => extent.Unused();

    private static void All59(ExtentDraft extent) => Array.ForEach([.. Enumerable.Range(0, 59)], cluster => extent.Slot(1, (uint)cluster, cluster % 2));

    private static void Garbage(ExtentDraft extent) => Array.ForEach([.. Enumerable.Range(0, 59)], slot => extent.Unused(0xef00_dead_beef + (ulong)slot));
}
