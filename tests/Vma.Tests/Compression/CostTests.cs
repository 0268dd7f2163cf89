// SPDX-License-Identifier: MIT

using System.Diagnostics;
using Vma.Compression.Zstd;
using Vma.Tests.Support;

namespace Vma.Tests.Compression;

/// <summary>Work follows the bytes of a compressed archive, not what they decode to.</summary>
[Collection(nameof(Alone))]
public sealed class CostTests
{
    private const int Header = 512;
    private const int Part = 8 << 20;
    private const int Parts = 160;

    private static readonly Dictionary<string, Func<byte[]>> Fruitless = new()
    {
        ["null extents"] = () => Repeat(new ArchiveBuilder().Null(7).ToBytes(Sample), Part / Header),
        ["extents that repeat a cluster"] = () => Repeat(new ArchiveBuilder().Extent().Slot(1, 0, 0).ToBytes(Sample), Part / Header),
        ["headers with a wrong MD5, inside one another"] = () => Repeat([.. "VMAE"u8, 0, 0, 0, 0, .. Sample.ToByteArray(bigEndian: true)], Part / 24),
    };

    public static TheoryData<string> Kinds => [.. Fruitless.Keys];

    private static Guid Sample { get; } = new("6f0f4b39-51d1-44f5-9c5a-5a4d3f2e1d0c");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_reader_gives_up_what_decodes_to_no_end_of_nothing_new(string kind)
    {
        byte[] part = Fruitless[kind]();
        byte[] bomb = [.. Tool.Run("zstd -c", SealedSample.Smallest()), .. Enumerable.Repeat(Tool.Run("zstd -c", part), Parts).SelectMany(frame => frame)];
        Assert.InRange(bomb.Length, 0, 4 << 20);
        using var reader = new VmaReader(new MemoryStream(bomb));
        bool isGivenUp = false;
        var options = new VmaVerifyOptions { OnFinding = finding => isGivenUp |= finding.Message.Contains("the rest is not read", StringComparison.Ordinal) };
        VmaReadReport report = VmaVerify.Run(reader, options);
        Assert.InRange(report.ArchiveBytes, 1, 128 << 20);
        Assert.True(isGivenUp);
    }

    [Fact]
    public void An_index_gives_up_null_extents_without_end()
    {
        byte[] part = Tool.Run("zstd -c", Fruitless["null extents"]());
        byte[] bomb = [.. Tool.Run("zstd -c", SealedSample.Smallest()), .. Enumerable.Repeat(part, Parts).SelectMany(frame => frame)];
        using VmaArchive archive = VmaArchive.Open(new MemoryStream(bomb));
        Assert.Contains(archive.Findings, finding => finding.Message.Contains("the rest is not read", StringComparison.Ordinal));
    }

    [Fact]
    public void A_hollow_disk_of_300_GiB_is_read_to_its_end()
    {
        var archive = new MemoryStream();
        using (var writer = new VmaWriter(archive, new VmaWriterOptions { Compression = VmaCompression.Zstd(1) }, leaveOpen: true))
        {
            using var disk = new HollowDisk(300L << 30);
            writer.Copy(new Dictionary<VmaDeviceWriter, IBlockSource> { [writer.AddDevice("disk", disk.Length)] = disk });
            writer.Commit();
        }

        archive.Position = 0;
        using var reader = new VmaReader(archive);
        VmaReadReport report = VmaVerify.Run(reader);
        Assert.Empty(report.Findings);
        Assert.True(report.DataChecked);
    }

    [Fact]
    public void Others_may_put_a_null_extent_behind_each_of_theirs()
    {
        var others = new ArchiveBuilder().Device(1, "disk", 3000 * ArchiveBuilder.Cluster);
        for (uint cluster = 0; cluster < 3000; cluster++)
        {
            others.Extent(extent => extent.Slot(1, cluster, 0));
            others.Null(1);
        }

        Assert.Empty(Restored.Verify(Tool.Run("zstd -c", others.Build())).Findings);
    }

    [Fact]
    public void Places_that_look_like_blocks_of_lzop_are_tried_in_proportion()
    {
        byte[] lookalike = [0, 4, 0, 0];
        byte[] bomb = [.. Tool.Run("lzop -c", SealedSample.Smallest())[..^4], 0xff, .. Enumerable.Repeat(lookalike, 150_000).SelectMany(bytes => bytes)];
        AssertCheap(() => Restored.Verify(bomb));
    }

    [Fact]
    public void Members_of_bzip2_without_content_are_given_up()
    {
        byte[] bomb = [.. Tool.Run("bzip2 -c", SealedSample.Smallest()), .. Enumerable.Repeat(Tool.Run("bzip2 -c", []), 8000).SelectMany(member => member)];
        AssertCheap(() =>
        {
            using var reader = new VmaReader(new MemoryStream(bomb));
            Assert.Contains(VmaVerify.Run(reader).Findings, finding => finding.Message.Contains("more members", StringComparison.Ordinal));
        });
    }

    [Fact]
    public void Frames_of_zstd_that_do_not_say_their_size_are_measured_in_proportion()
    {
        byte[] empty = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58, 0x01, 0x00, 0x00];
        byte[] archive = [.. Tool.Run("zstd -c", SealedSample.Smallest()), .. Enumerable.Repeat(empty, 110_000).SelectMany(frame => frame)];
        AssertCheap(() => VmaArchive.Open(FileCopy.Of(archive)).Dispose());
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(200_000_000)]
    [InlineData(268_435_454)]
    public void A_seek_table_that_a_sparse_file_only_claims_takes_no_memory(uint entries)
    {
        long content = entries * 8L + 9, start = entries * 8L;
        using FileStream file = FileCopy.Of([]);
        Write(start, [.. BitConverter.GetBytes(0x184D2A5E), .. BitConverter.GetBytes((uint)content)]);
        Write(start + 8 + content - 9, [.. BitConverter.GetBytes(entries), 0, .. BitConverter.GetBytes(0x8F92EAB1)]);
        AssertCheap(() => Assert.Null(SeekTable.TryRead(file)));

        void Write(long offset, byte[] bytes)
        {
            file.Position = offset;
            file.Write(bytes);
        }
    }

    [Theory]
    [InlineData(SeekableDraft.MapMagic)]
    [InlineData(SeekableDraft.TableMagic)]
    public void A_map_that_a_cut_stream_only_claims_takes_no_memory_in_verify(uint magic)
    {
        byte[] empty = SeekableDraft.FrameOf([1]);
        byte[] claim = [.. BitConverter.GetBytes(magic), .. BitConverter.GetBytes(magic == SeekableDraft.MapMagic ? 60_000_000 : 1_000_000)];
        byte[] archive = [.. SeekableDraft.FrameOf(SealedSample.Smallest()), .. Repeat(empty, 100_000), .. claim];
        AssertCheap(() =>
        {
            using var reader = new VmaReader(new MemoryStream(archive));
            Assert.Contains(VmaVerify.Run(reader).Findings, static finding => finding.Code == VmaFaultCode.CompressedData);
        });
    }

    private static byte[] Repeat(byte[] bytes, int times)
    {
        var many = new byte[bytes.Length * times];
        for (int at = 0; at < many.Length; at += bytes.Length)
        {
            bytes.CopyTo(many, at);
        }

        return many;
    }

    private static void AssertCheap(Action work)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        var watch = Stopwatch.StartNew();
        work();
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 128 << 20);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
    }

    /// <summary>Nothing but one hole.</summary>
    private sealed class HollowDisk(long length) : IBlockSource
    {
        public long Length => length;

        public void ReadAt(long offset, Span<byte> buffer, CancellationToken cancellationToken = default) => buffer.Clear();

        public BlockStatus StatusAt(long offset, CancellationToken cancellationToken = default) => new(length - offset, true);

        public void Dispose()
        {
        }
    }
}
