// SPDX-License-Identifier: MIT

using Vma.Disks;
using Vma.Tests.Support;

namespace Vma.Tests.Integrity;

/// <summary>Sealed archives of our writer, read by readers that know no seals: one that counts the bits of all masks, and one that indexes first.</summary>
public sealed class OtherReaderTests
{
    [Fact]
    public void A_full_disk_is_read() => AssertRead(58, ("disk", Pattern.Full(130 * 65536)));

    [Fact]
    public void Several_disks_are_read() =>
        AssertRead(7, ("a", Pattern.Patchy(20 * 65536, new Random(1))), ("b", Pattern.Full(65536 + 5)), ("c", Pattern.Patchy(9 * 65536 + 4096, new Random(2))));

    [Fact]
    public void Runs_of_zero_extents_are_read()
    {
        AssertRead(1, ("disk", [.. new byte[20 * 65536], .. Pattern.Full(65536), .. new byte[9 * 65536], .. Pattern.Full(100), .. new byte[5 * 65536]]));
        AssertRead(2, ("disk", new byte[20 * 65536]));
    }

    [Fact]
    public void RAM_state_is_read() => AssertRead(3, ("disk", new byte[10 * 65536]), ("vmstate", [.. new byte[3 * 65536], .. Pattern.Full(65536)]));

    [Fact]
    public void An_archive_with_configs_only_is_read() => AssertRead(58);

    [Fact]
    public void Disks_of_any_content_are_read() =>
        Property.ForSeeds(20, random => AssertRead(random.Next(1, 60),
            [.. Enumerable.Range(0, random.Next(1, 4)).Select(i => ($"disk{i}", Pattern.Patchy(random.Next(1, 30 * 65536), random)))]));

    [Fact]
    public void A_null_extent_with_something_in_its_masks_would_be_refused()
    {
        ArchiveBuilder builder = ArchiveBuilder.Sound();
        builder.Extent().Unused(0x0001_0000_0000_0000);
        byte[] archive = builder.Build();
        Assert.Empty(Restored.Verify(archive).Findings);
        Assert.Throws<InvalidDataException>(() => MaskCountingReader.Read(archive));
    }

    private static void AssertRead(int perExtent, params (string Name, byte[] Content)[] disks)
    {
        byte[] plain = Write(perExtent, VmaCompression.None, disks);
        AssertSame(disks, plain);
        AssertSame(disks, Tool.Run("zstd -dc", Write(perExtent, VmaCompression.Zstd(1), disks)));
    }

    private static void AssertSame((string Name, byte[] Content)[] disks, byte[] archive)
    {
        Assert.Equal("VSEA"u8.ToArray(), Enumerable.Range(0, 4).Select(i => archive[archive.Length - 512 + ExtentDraft.PayloadPosition(i)]));
        Dictionary<byte, byte[]> counted = MaskCountingReader.Read(archive), indexed = IndexFirstReader.Read(archive);
        Assert.Equal((disks.Length, disks.Length), (counted.Count, indexed.Count));
        for (int i = 0; i < disks.Length; i++)
        {
            byte[] content = disks[i].Content;
            byte[] whole = [.. content, .. new byte[(65536 - content.Length % 65536) % 65536]];
            Assert.True(whole.AsSpan().SequenceEqual(counted[(byte)(i + 1)]), $"{disks[i].Name} is another to the reader that counts masks");
            Assert.True(whole.AsSpan().SequenceEqual(indexed[(byte)(i + 1)]), $"{disks[i].Name} is another to the reader that indexes first");
        }
    }

    private static byte[] Write(int perExtent, VmaCompression compression, (string Name, byte[] Content)[] disks)
    {
        var output = new MemoryStream();
        using var writer = new VmaWriter(output, new VmaWriterOptions { Compression = compression, ClustersPerExtent = perExtent });
        writer.AddConfig("a.conf", "name: a"u8);
        writer.Copy(disks.ToDictionary(disk => writer.AddDevice(disk.Name, disk.Content.Length), disk => (IBlockSource)new MemoryDisk(disk.Content)));
        writer.Commit();
        return output.ToArray();
    }
}
