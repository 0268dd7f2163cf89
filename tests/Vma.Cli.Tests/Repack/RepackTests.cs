// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Repack;

public sealed class RepackTests
{
    public static TheoryData<string> Golden => GoldenSet.Files;

    [Theory]
    [MemberData(nameof(Golden))]
    public void Any_archive_goes_through_every_form_and_comes_out_with_the_same_disks(string name)
    {
        using var scratch = new Scratch();
        string golden = Places.Golden(name);
        string[] forms = ["a.vma.zst", "b.vma.lzo", "c.vma.gz", "d.vma", "e.vma.zst"];
        string last = golden;
        foreach (string form in forms)
        {
            VmaCall.Run("repack", "--no-sync", last, scratch[form]).Succeeded();
            VmaCall.Run("verify", scratch[form]).Succeeded();
            last = scratch[form];
        }

        VmaCall.Run("extract", "--no-sync", golden, scratch["before"]).Succeeded();
        VmaCall.Run("extract", "--no-sync", last, scratch["after"]).Succeeded();
        VmaCall.Shell("diff -r \"$1\" \"$2\"", scratch["before"], scratch["after"]).Run().Succeeded();
        Assert.Equal(VmaCall.Run("list", golden).Output, VmaCall.Run("list", last).Output);
    }

    [Fact]
    public void What_is_repacked_twice_is_the_same_file()
    {
        using var scratch = new Scratch();
        foreach (string copy in (string[])["a.vma.zst", "b.vma.zst"])
        {
            VmaCall.Run("repack", Places.Golden("three-disks.vma"), scratch[copy], "--threads", copy == "a.vma.zst" ? "1" : "4").Succeeded();
        }

        Assert.Equal(File.ReadAllBytes(scratch["a.vma.zst"]), File.ReadAllBytes(scratch["b.vma.zst"]));
    }

    [Fact]
    public void A_plain_archive_in_disk_order_without_seals_stays_as_it_is()
    {
        using var scratch = new Scratch();
        string golden = Places.Golden("multi-extent.vma");
        VmaCall.Run("repack", golden, scratch["a.vma"], "--no-seal").Succeeded();
        Assert.Equal(File.ReadAllBytes(golden), File.ReadAllBytes(scratch["a.vma"]));
    }

    [Fact]
    public void Clusters_in_any_order_are_put_in_disk_order_and_a_pipe_keeps_its_own()
    {
        using var scratch = new Scratch();
        string golden = Places.Golden("three-disks.vma"); // its disks are interleaved
        VmaCall.Run("repack", golden, scratch["sorted.vma"], "--no-seal").Succeeded();
        VmaCall.Run("repack", golden, scratch["kept.vma"], "--no-seal", "--keep-order").Succeeded();
        Assert.Equal(File.ReadAllBytes(golden), File.ReadAllBytes(scratch["kept.vma"]));
        Assert.NotEqual(File.ReadAllBytes(golden), File.ReadAllBytes(scratch["sorted.vma"]));
        VmaCall.Shell("cat \"$1\" | \"$VMA\" repack - \"$2\" --no-seal", golden, scratch["piped.vma"]).Run().Succeeded();
        Assert.Equal(File.ReadAllBytes(golden), File.ReadAllBytes(scratch["piped.vma"]));
        VmaCall.Shell("cat \"$1\" | \"$VMA\" repack - \"$2\" --no-seal --sort", golden, scratch["unpacked.vma"]).Run().Succeeded();
        Assert.Equal(File.ReadAllBytes(scratch["sorted.vma"]), File.ReadAllBytes(scratch["unpacked.vma"]));
    }

    [Fact]
    public void Identity_and_time_stay_unless_others_are_given()
    {
        using var scratch = new Scratch();
        string golden = Places.Golden("qcow2.vma");
        VmaCall.Run("repack", golden, scratch["a.vma"]).Succeeded();
        VmaCall.Run("repack", golden, scratch["b.vma"], "--uuid", "01234567-89ab-cdef-0123-456789abcdef", "--time", "86400").Succeeded();
        Assert.Equal(Identity(golden), Identity(scratch["a.vma"]));
        Assert.Equal(("01234567-89ab-cdef-0123-456789abcdef", 86400), Identity(scratch["b.vma"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_damaged_archive_is_refused_and_nothing_is_left(bool piped)
    {
        using var scratch = new Scratch();
        VmaCall.Run("repack", Places.Golden("full-extents.vma"), scratch["a.vma"]).Succeeded();
        byte[] archive = File.ReadAllBytes(scratch["a.vma"]);
        archive[archive.Length / 2] ^= 1;
        scratch.File("a.vma", archive);
        VmaResult result = piped
            ? VmaCall.Shell("cat \"$1\" 2>/dev/null | \"$VMA\" repack - \"$2\"", scratch["a.vma"], scratch["b.vma.zst"]).Run()
            : VmaCall.Run("repack", scratch["a.vma"], scratch["b.vma.zst"]);
        Assert.Contains("does not match its checksum", Told.Damage(result), StringComparison.Ordinal);
        Assert.Equal(["a.vma"], scratch.Entries);
    }

    [Fact]
    public void Nothing_is_written_over()
    {
        using var scratch = new Scratch();
        scratch.File("b.vma", [.. "precious"u8]);
        Told.Failure(VmaCall.Run("repack", Places.Golden("qcow2.vma"), scratch["b.vma"]), "exists already");
        Assert.Equal("precious", File.ReadAllText(scratch["b.vma"]));
    }

    private static (string? Uuid, long Time) Identity(string archive)
    {
        System.Text.Json.JsonElement report = VmaCall.Run("list", "--json", archive).Succeeded().Json;
        return (report.GetProperty("uuid").GetString(), report.GetProperty("creationTime").GetInt64());
    }
}
