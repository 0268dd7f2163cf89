// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Compression;

/// <summary>Every golden archive by every compressor of the field.</summary>
[Slow]
public sealed class GoldenTests
{
    public static TheoryData<string> Commands =>
    [
        "zstd -1 -c", "zstd -3 -c", "zstd -19 -c", "zstd --long=27 -c", "zstd -T2 -c", "zstd --no-check -c", "pzstd -c",
        "lzop -1 -c", "lzop -3 -c", "lzop -9 -c", "lzop --no-checksum -c", "lzop --crc32 -c",
        "gzip -c", "gzip -1 -c", "pigz -c", "bzip2 -c", "bzip2 -1 -c", "pbzip2 -c",
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_compressed_archive_from_a_pipe_is_read_as_if_it_were_plain(string command) =>
        Workers.ForEach(Golden, archive => AssertReadSame(archive, Tool.Run(command, archive)));

    [Theory]
    [InlineData("zstd -3")]
    [InlineData("zstd --no-check --no-content-size")]
    [InlineData("zstd --ultra -22 --long=27")]
    [InlineData("pzstd -p 2")]
    [InlineData("lzop")]
    [InlineData("gzip")]
    public void A_compressed_archive_from_a_file_is_read_as_if_it_were_plain(string command) =>
        Workers.ForEach(Golden, archive => AssertReadSame(archive, Tool.RunOnFile(command, archive)));

    [Theory]
    [MemberData(nameof(Commands))]
    public void Two_files_put_together_are_one_archive(string command)
    {
        foreach (string file in (string[])["multi-extent.vma", "configs.vma"])
        {
            byte[] archive = GoldenSet.Read(file);
            AssertReadSame(archive, Tool.RunOnParts(command, archive, archive.Length / 2 + 1));
        }
    }

    [Fact]
    public void Many_small_files_put_together_are_one_archive() =>
        Workers.ForEach((string[])["zstd -c", "lzop -c", "gzip -c", "bzip2 -c"], command =>
        {
            byte[] archive = GoldenSet.Read("size-tail.vma");
            AssertReadSame(archive, Tool.RunOnParts(command, archive, 1000));
        });

    [Fact]
    public void Skippable_frames_anywhere_are_skipped()
    {
        byte[] skippable = [0x5a, 0x2a, 0x4d, 0x18, 5, 0, 0, 0, 1, 2, 3, 4, 5];
        byte[] archive = GoldenSet.Read("size-tail.vma");
        byte[] one = Tool.Run("zstd -c", archive[..20_000]), two = Tool.Run("zstd -c", archive[20_000..]);
        AssertReadSame(archive, [.. skippable, .. skippable, .. one, .. skippable, .. two, .. skippable]);
    }

    [Fact]
    public void Files_without_content_are_skipped() =>
        Workers.ForEach((string[])["zstd -c", "lzop -c", "gzip -c", "bzip2 -c"], command =>
        {
            byte[] archive = GoldenSet.Read("size-tail.vma");
            byte[] empty = Tool.Run(command, []);
            AssertReadSame(archive, [.. empty, .. Tool.Run(command, archive[..20_000]), .. empty, .. Tool.Run(command, archive[20_000..]), .. empty]);
        });

    /// <summary>Frames that say their length can be handed on whole: with a part of an extent in them, one, or several.</summary>
    [Theory]
    [InlineData(-1000)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(70_000)]
    public void Frames_may_end_anywhere_near_an_extent(int shift) =>
        Workers.ForEach((string[])["multi-extent.vma", "three-disks.vma", "devices-254.vma", "masks.vma"], file =>
        {
            byte[] archive = GoldenSet.Read(file);
            var map = new ArchiveMap(archive);
            int[] starts = [0, map.HeaderLength, .. map.Extents.Select(extent => extent.End + shift), archive.Length];
            int[] cuts = [.. starts.Where(at => at >= 0 && at <= archive.Length).Distinct().Order()];
            AssertReadSame(archive, [.. cuts.Zip(cuts.Skip(1)).SelectMany(part => Tool.RunOnFile("zstd -3", archive[part.First..part.Second]))]);
        });

    private static IEnumerable<byte[]> Golden => GoldenSet.Files.Select(file => GoldenSet.Read(file.Data));

    private static void AssertReadSame(byte[] plain, byte[] compressed)
    {
        Assert.NotEqual(plain, compressed);
        Restored expected = Restored.From(plain);
        foreach (Stream stream in (Stream[])[new MemoryStream(compressed), new ChunkedStream(compressed, seed: compressed.Length)])
        {
            Restored restored = Restored.From(stream);
            Assert.Equal(expected.Contents.Values, restored.Contents.Values, static (one, other) => one.AsSpan().SequenceEqual(other));
            Assert.Equal(expected.Manifest.Configs.Select(config => config.Data.ToArray()), restored.Manifest.Configs.Select(config => config.Data.ToArray()));
            Assert.Equal(plain.Length, restored.Report.ArchiveBytes);
        }

        VmaReadReport report = Restored.Verify(compressed);
        Assert.Empty(report.Findings);
        Assert.Equal(plain.Length, report.ArchiveBytes);
    }
}
