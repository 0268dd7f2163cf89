// SPDX-License-Identifier: MIT

using System.Text.Json;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Hostile;

/// <summary>Damage behind the header: list and config work, verify tells what is wrong, extract fails and leaves nothing.</summary>
public sealed class ExtentFaultTests
{
    private const ulong Size = 2 * ArchiveBuilder.Cluster;

    private static readonly Dictionary<string, (byte[] Archive, string Code)> Cases = new()
    {
        ["cut right behind the header"] = (ArchiveBuilder.Sound().Build()[..12800], "missing-clusters"),
        ["no extent at all"] = (Empty().Build(), "no-extents"),
        ["cut in an extent header"] = (ArchiveBuilder.Sound().Build()[..13000], "extent-cut"),
        ["cut in the first extent's data"] = (ArchiveBuilder.Sound().Build()[..20000], "data-cut"),
        ["cut in the last extent's data"] = (ArchiveBuilder.Sound().Build()[..^1], "data-cut"),
        ["cut between two extents"] = (ArchiveBuilder.Sound().Build()[..(12800 + 512 + 19 * 4096)], "missing-clusters"),
        ["one byte behind the end"] = (ArchiveBuilder.Sound().Raw(1).Build(), "trailing-bytes"),
        ["511 bytes behind the end"] = (ArchiveBuilder.Sound().Raw(Images.Noise(511)).Build(), "trailing-bytes"),
        ["start of a magic behind the end"] = (ArchiveBuilder.Sound().Raw([.. "VMA"u8]).Build(), "extent-cut"),
        ["garbage behind the end"] = (ArchiveBuilder.Sound().Raw(Images.Noise(10000)).Build(), "extent-magic"),
        ["garbage between extents"] = (Empty().Extent(Second).Raw(Images.Noise(700)).Extent(First).Build(), "extent-magic"),
        ["wrong magic"] = (One(extent => extent.Magic = "VMAF"), "extent-magic"),
        ["wrong MD5"] = (One(extent => extent.WrongMd5 = true), "extent-checksum"),
        ["foreign uuid"] = (One(extent => extent.Uuid = Guid.Empty), "extent-uuid"),
        ["reserved field set"] = (One(extent => extent.Reserved = 1), "extent-reserved"),
        ["block count too large"] = (One(extent => extent.BlockCount = 17), "block-count"),
        ["block count too small"] = (One(extent => extent.BlockCount = 15), "block-count"),
        ["block count of 65535"] = (One(extent => extent.BlockCount = 65535), "block-count"),
        ["data of an extent cut out"] = (Empty().Extent(CutFirst).Extent(Second).Build(), "data-cut"),
        ["a cluster twice in one extent"] = (Both().Extent(extent => extent.Slot(1, 0).Slot(1, 0)).Build(), "duplicate-cluster"),
        ["a cluster again in a later extent"] = (Both().Extent(extent => extent.Slot(1, 1, 0xffff)).Build(), "duplicate-cluster"),
        ["a cluster missing"] = (Empty().Extent(First).Build(), "missing-clusters"),
        ["the first cluster missing"] = (Empty().Extent(Second).Build(), "missing-clusters"),
        ["a cluster past the end with data"] = (Both().Extent(extent => extent.Slot(1, 2, 0xffff)).Build(), "cluster-past-end"),
        ["a cluster past the end without data"] = (Both().Extent(extent => extent.Slot(1, 2)).Build(), "cluster-past-end"),
        ["the last cluster number there can be"] = (Both().Extent(extent => extent.Slot(1, uint.MaxValue, 1)).Build(), "cluster-past-end"),
        ["unknown device with data"] = (Both().Extent(extent => extent.Slot(7, 0, 1)).Build(), "unknown-device"),
        ["unknown device without data"] = (Both().Extent(extent => extent.Slot(255, 0)).Build(), "unknown-device"),
        ["stored block wholly past the end"] = (new ArchiveBuilder().Config("qemu-server.conf", "cores: 1").Device(1, "a", 5000)
            .Extent(extent => extent.Slot(1, 0, 0x0007)).Build(), "block-past-end"),
        ["RAM state out of order"] = (Ram(extent => extent.Slot(1, 1, 1).Slot(1, 0, 1)), "memory-state-order"),
        ["RAM state that starts at 1"] = (Ram(extent => extent.Slot(1, 1, 1)), "memory-state-order"),
        ["RAM state with a cluster twice"] = (Ram(extent => extent.Slot(1, 0, 1).Slot(1, 0, 1)), "memory-state-order"),
    };

    public static TheoryData<string> Names => new(Cases.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void List_and_config_work(string name)
    {
        using var scratch = new Scratch();
        string file = scratch.File("a.vma", Cases[name].Archive);
        Assert.Empty(VmaCall.Run("list", file).Succeeded().Error);
        Assert.StartsWith("cores", VmaCall.Run("config", file).Succeeded().Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Verify_tells_each_finding_in_a_line_and_then_a_summary(string name)
    {
        using var scratch = new Scratch();
        string file = scratch.File("a.vma", Cases[name].Archive);
        VmaResult result = VmaCall.Run("verify", file, "--json");
        Assert.Equal(3, result.ExitCode);
        JsonElement verified = result.Json.GetProperty("archives")[0];
        string?[] codes = [.. verified.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("code").GetString())];
        Assert.Contains(Cases[name].Code, codes);
        Assert.Equal(codes.Length, result.ErrorLines.Count(line => line.StartsWith($"vma: {file}: offset ", StringComparison.Ordinal)));
        int errors = verified.GetProperty("findings").EnumerateArray().Sum(finding => finding.GetProperty("count").GetInt32());
        Assert.StartsWith($"vma: {file}: DAMAGED, {errors} error", result.ErrorLines[^1], StringComparison.Ordinal);

        VmaResult fromPipe = new VmaCall("verify", "-") { Input = Cases[name].Archive }.Run();
        Assert.Equal(result.Error, fromPipe.Error.Replace("standard input", file));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Extract_fails_and_leaves_nothing(string name)
    {
        using var scratch = new Scratch();
        string file = scratch.File("a.vma", Cases[name].Archive);
        Told.Damage(VmaCall.Run("extract", file, scratch["out"]));
        Told.Damage(new VmaCall("extract", "-v", "-", scratch["out"]) { Input = Cases[name].Archive }.Run());
        Assert.Equal(["a.vma"], scratch.Entries);
    }

    private static ArchiveBuilder Empty() => new ArchiveBuilder().Config("qemu-server.conf", "cores: 1").Device(1, "drive-scsi0", Size);

    private static ArchiveBuilder Both() => Empty().Extent(First).Extent(Second);

    private static byte[] One(Action<ExtentDraft> damage) => Empty().Extent(First).Extent(extent =>
    {
        extent.Slot(1, 1, 0xffff).Unused();
        damage(extent);
    }).Build();

    private static byte[] Ram(Action<ExtentDraft> fill) =>
        new ArchiveBuilder().Config("qemu-server.conf", "cores: 1").Device(1, "vmstate", Size).Extent(fill).Build();

    private static void First(ExtentDraft extent) => extent.Slot(1, 0, 0x00ff);

    private static void CutFirst(ExtentDraft extent) => extent.Slot(1, 0, 0x00ff).CutBytes = 4096;

    private static void Second(ExtentDraft extent) => extent.Slot(1, 1, 0xffff);
}
