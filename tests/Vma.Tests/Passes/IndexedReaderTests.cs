// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Passes;

/// <summary>Passes forward over stock archives: the first one leaves the index, and the next one goes by it and says the same.</summary>
public sealed class IndexedReaderTests : IDisposable
{
    private static readonly byte[][] Disks = Stock.Disks(3);
    private static readonly byte[] Archive = Stock.Make("zstd -3 -c", ArchiveForms.Make("plain", Disks));
    private readonly Scratch _scratch = new();

    private VmaReaderOptions Options => new() { IndexDirectory = _scratch["index"] };

    private string[] Indexes => Directory.Exists(_scratch["index"]) ? Scratch.Names(_scratch["index"]) : [];

    [Theory]
    [InlineData("zstd -3 -c")]
    [InlineData("of a file")]
    [InlineData("frames")]
    public void Verify_leaves_the_index_and_says_the_same_by_it(string way)
    {
        string path = _scratch.File("a", Stock.Make(way, ArchiveForms.Make("sealed", Disks)));
        VmaReadReport first = Verify(path);
        string index = Assert.Single(Indexes);
        DateTime made = File.GetLastWriteTimeUtc(Path.Combine(_scratch["index"], index));
        VmaReadReport second = Verify(path);
        AssertSame(first, second);
        Assert.Equal((0, true, true), (second.Errors, second.Sealed, second.DataChecked));
        Assert.Equal(index, Assert.Single(Indexes));
        Assert.Equal(made, File.GetLastWriteTimeUtc(Path.Combine(_scratch["index"], index)));
    }

    [Fact]
    public void Extract_leaves_the_index_and_gives_the_same_by_it()
    {
        string path = _scratch.File("a", Archive);
        for (int round = 0; round < 3; round++)
        {
            Assert.Equal(Disks, Extract(path));
            Assert.Single(Indexes);
        }
    }

    [Fact]
    public void Damage_behind_the_making_of_an_index_costs_one_span_and_is_located()
    {
        string path = _scratch.File("a", Archive);
        Verify(path);
        byte[] index = File.ReadAllBytes(Stock.IndexIn(_scratch["index"]));
        byte[] damaged = [.. Archive];
        damaged[damaged.Length * 3 / 4] ^= 0x10;
        string other = _scratch.File("b", damaged);
        VmaReadReport without = Verify(other, new VmaReaderOptions());
        StoredIndexes.Put(_scratch["index"], other, index);
        VmaReadReport with = Verify(other);
        Assert.Equal(2, Indexes.Length);
        VmaFault fault = Assert.Single(with.Findings, static finding => finding.Code == VmaFaultCode.CompressedData);
        Assert.InRange(fault.Offset, 1, Archive.Length * 8L);
        Assert.Contains(without.Findings, static finding => finding.Code == VmaFaultCode.CompressedData);
        Assert.Throws<VmaException>(() => Extract(other));
        Assert.True(with.ArchiveBytes >= without.ArchiveBytes);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("bit")]
    [InlineData("rest")]
    [InlineData("between")]
    [InlineData("checksum")]
    public void An_archive_that_is_damaged_gets_no_index_and_the_same_report_again(string kind)
    {
        int half = Archive.Length / 2;
        string path = _scratch.File("a", kind switch
        {
            "cut" => Archive[..half],
            "bit" => [.. Archive[..half], (byte)(Archive[half] ^ 4), .. Archive[(half + 1)..]],
            "rest" => [.. Archive, .. Pattern.Full(1000)],
            "between" => Between(),
            _ => [.. Archive[..^1], (byte)(Archive[^1] ^ 1)],
        });
        VmaReadReport first = Verify(path);
        Assert.True(first.Errors > 0);
        Assert.Empty(Indexes);
        AssertSame(first, Verify(path));
        Assert.Throws<VmaException>(() => Extract(path));
        Assert.Empty(Indexes);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5000)]
    [InlineData(-1)]
    [InlineData(-100)]
    public void A_damaged_index_is_made_again(int place)
    {
        string path = _scratch.File("a", Archive);
        VmaReadReport report = Verify(path);
        string index = Stock.IndexIn(_scratch["index"]);
        byte[] right = File.ReadAllBytes(index);
        byte[] wrong = [.. right];
        wrong[place < 0 ? wrong.Length + place : place] ^= 1;
        File.WriteAllBytes(index, wrong);
        AssertSame(report, Verify(path));
        Assert.Equal(right, File.ReadAllBytes(Stock.IndexIn(_scratch["index"])));
        File.WriteAllBytes(index, wrong);
        using (var archive = VmaArchive.Open(path, new VmaArchiveOptions { IndexDirectory = _scratch["index"] }))
        {
            Stock.AssertReads(archive, Disks, place);
            Wait.Until(() => File.Exists(index) && right.AsSpan().SequenceEqual(File.ReadAllBytes(index)));
        }
    }

    [Fact]
    public void Where_an_index_cannot_be_kept_a_pass_is_made_without_it()
    {
        string path = _scratch.File("a", Archive);
        string full = _scratch.Mount("full", "size=16k");
        VmaReadReport expected = Verify(path, new VmaReaderOptions());
        AssertSame(expected, Verify(path, new VmaReaderOptions { IndexDirectory = full }));
        Assert.Empty(Scratch.Names(full));
        AssertSame(expected, Verify(path, new VmaReaderOptions { IndexDirectory = _scratch["a"] }));
    }

    public void Dispose() => _scratch.Dispose();

    private static byte[] Between()
    {
        byte[] plain = ArchiveForms.Make("plain", Disks);
        return [.. Tool.Run("zstd -3 -c", plain[..(plain.Length / 2)]), 1, 2, 3, 4, 5, 6, 7, 8, 9, .. Tool.Run("zstd -3 -c", plain[(plain.Length / 2)..])];
    }

    private static void AssertSame(VmaReadReport one, VmaReadReport other)
    {
        Assert.Equal(one.Findings, other.Findings);
        Assert.Equal((one.Errors, one.Warnings, one.Sealed, one.DataChecked, one.ArchiveBytes),
            (other.Errors, other.Warnings, other.Sealed, other.DataChecked, other.ArchiveBytes));
        Assert.Equal(one.Devices, other.Devices);
    }

    private VmaReadReport Verify(string path, VmaReaderOptions? options = null)
    {
        using var reader = new VmaReader(File.OpenRead(path), options: options ?? Options);
        return VmaVerify.Run(reader);
    }

    private byte[][] Extract(string path)
    {
        using var reader = new VmaReader(File.OpenRead(path), options: Options);
        Dictionary<VmaDevice, IBlockTarget> targets = reader.Manifest.Devices.ToDictionary(static device => device,
            static device => (IBlockTarget)new GrowingDisk(device.Size));
        VmaExtract.Run(reader, targets);
        return [.. targets.Select(static target => ((GrowingDisk)target.Value).Content(target.Key.Size))];
    }
}
