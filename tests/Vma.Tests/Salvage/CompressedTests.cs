// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Salvage;

/// <summary>Damage in the compressed stream: frames and blocks that can be read for themselves bound what is lost.</summary>
[Slow]
public sealed class CompressedTests
{
    private const int Part = 300_000;
    private const int LzopBlock = 256 << 10;

    [Theory]
    [InlineData("zstd -c", true)] // of a plain archive, a frame without content size gives wrong data before its checksum tells
    [InlineData("zstd --stream-size=SIZE -c", true)]
    [InlineData("lzop -c", true)]
    [InlineData("lzop -c", false)]
    public void Of_a_damaged_frame_or_file_just_the_clusters_in_it_are_lost(string command, bool seal) =>
        Property.ForSeeds(10, random =>
        {
            SalvageSample sample = SalvageSample.Full(40, seal: seal);
            byte[][] parts = [.. sample.Archive.Chunk(Part)
                .Select(part => Tool.Run(command.Replace("SIZE", $"{part.Length}", StringComparison.Ordinal), part))];
            int hit = random.Next(1, parts.Length);
            parts[hit] = ArchiveBuilder.Scramble(parts[hit], random, (random.Next(20, parts[hit].Length - 20), random.Next(1, 20)));
            Salvaged salvaged = Salvaged.From([.. parts.SelectMany(part => part)]);
            AssertLostWithin(sample, salvaged, (hit * Part, Math.Min(Part, sample.Archive.Length - hit * Part)));
        });

    [Fact]
    public void Of_frames_of_pzstd_just_the_damaged_one_is_lost()
    {
        SalvageSample sample = SalvageSample.Full(400, perExtent: 58);
        byte[] compressed = Tool.Run("pzstd -1 -c", sample.Archive);
        byte[] damaged = ArchiveBuilder.Scramble(compressed, new Random(1), (compressed.Length / 2, 10));
        Salvaged salvaged = Salvaged.From(damaged);
        Assert.InRange(salvaged.LostClusters.Count, 1, 8 * 16 + 2 * 58);
        salvaged.LostJust(sample.Images, salvaged.LostClusters);
    }

    [Theory]
    [InlineData("lzop -1 -c")]
    [InlineData("lzop -3 -c")]
    [InlineData("lzop --crc32 -c")]
    public void Of_a_damaged_lzop_block_or_its_header_just_the_clusters_in_it_are_lost(string command) =>
        Property.ForSeeds(10, random =>
        {
            SalvageSample sample = SalvageSample.Full(40);
            byte[] compressed = Tool.Run(command, sample.Archive);
            List<int> blocks = LzopBlocks(compressed, sample.Archive.Length);
            int hit = random.Next(1, blocks.Count - 2);
            int at = blocks[hit] + (random.Next(2) == 0 ? random.Next(12) : random.Next(12, LzopBlock / 2));
            byte[] damaged = ArchiveBuilder.FlipBit(compressed, at * 8L + random.Next(8));
            AssertLostWithin(sample, Salvaged.From(damaged), (hit * LzopBlock, LzopBlock));
        });

    [Fact]
    public void A_damaged_length_of_a_short_lzop_block_does_not_cost_those_behind_it()
    {
        // Sixteen zero bytes in each stretch of text: blocks of some kilobytes, of which a wrong length would swallow many.
        byte[] content = new byte[60 * 65536];
        for (int i = 0; i < content.Length; i++)
        {
            content[i] = (byte)(1 + i / 4096 % 200);
        }

        SalvageSample sample = SalvageSample.Of(new VmaWriterOptions { ClustersPerExtent = 4 }, ("disk", content));
        byte[] compressed = Tool.Run("lzop -c", sample.Archive);
        int block = LzopBlocks(compressed, sample.Archive.Length)[4];
        byte[] damaged = ArchiveBuilder.FlipBit(compressed, (block + 6) * 8L + 6); // 16 KiB more
        AssertLostWithin(sample, Salvaged.From(damaged), (4 * LzopBlock, LzopBlock));
    }

    [Theory]
    [InlineData("gzip -c")]
    [InlineData("bzip2 -1 -c")]
    [InlineData("zstd -c")]
    public void All_that_came_before_the_damage_is_saved(string command)
    {
        SalvageSample sample = SalvageSample.Full(80);
        byte[] compressed = Tool.Run(command, sample.Archive);
        byte[] damaged = ArchiveBuilder.Scramble(compressed, new Random(1), (compressed.Length * 3 / 4, 100));
        Salvaged salvaged = Salvaged.From(damaged);
        salvaged.LostJust(sample.Images, salvaged.LostClusters);
        Assert.InRange(salvaged.LostClusters.Count, 1, 30);
        Assert.Contains(salvaged.Report.Findings, finding => finding is { Code: VmaFaultCode.CompressedData, CompressedOffset: not null });
    }

    [Fact]
    public void Sectors_of_a_compressed_archive_that_cannot_be_read_cost_just_their_blocks()
    {
        SalvageSample sample = SalvageSample.Full(40);
        byte[] compressed = Tool.Run("lzop -c", sample.Archive);
        int bad = LzopBlocks(compressed, sample.Archive.Length)[5] / 4096 * 4096 + 8192;
        Salvaged salvaged = Salvaged.From(new WatchedStream(compressed, (bad, 4096)));
        AssertLostWithin(sample, salvaged, (5 * LzopBlock, LzopBlock));
        Assert.Contains(salvaged.Report.Findings, finding => finding.Code == VmaFaultCode.Unreadable && finding.CompressedOffset == bad);
    }

    private static void AssertLostWithin(SalvageSample sample, Salvaged salvaged, (int Offset, int Length) plain)
    {
        HashSet<(byte Device, uint Cluster)> touched = sample.Map.Touched(plain);
        List<(byte, uint)> others = [.. salvaged.LostClusters.Except(touched)];
        Assert.True(others.Count == 0, $"{others.Count} clusters are lost for nothing");
        Assert.NotEmpty(salvaged.Report.Findings);
        salvaged.LostJust(sample.Images, salvaged.LostClusters);
    }

    /// <summary>Where each block's lengths stand, in a file of one part.</summary>
    private static List<int> LzopBlocks(byte[] compressed, int plainLength)
    {
        var blocks = new List<int>();
        int at = compressed.AsSpan().IndexOf((byte[])[0, 4, 0, 0, 0]);
        for (int plain = 0; plain < plainLength; plain += LzopBlock)
        {
            blocks.Add(at);
            at += 12 + (int)System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(compressed.AsSpan(at + 4));
        }

        return blocks;
    }
}
