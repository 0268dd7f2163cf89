// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Compression;

/// <summary>Plain archives, so that what is found is found by the container.</summary>
[Slow]
public sealed class DamageTests
{
    private const int Damages = 2000;
    private const int AnyByte = int.MinValue;

    [Theory]
    [InlineData("zstd -3 -c", 5)] // how large a window should be
    [InlineData("pzstd -c", AnyByte)] // sizes that it notes for itself; one range of zeros is as good to copy from as another
    [InlineData("lzop -c", AnyByte)]
    [InlineData("lzop -9 --crc32 -c", AnyByte)]
    [InlineData("gzip -c", AnyByte)] // time and system, and codes for symbols that never come
    [InlineData("pigz -c", AnyByte)]
    [InlineData("bzip2 -1 -c", 3, -1)] // how large a block may be, and the bits behind the end
    public void Each_damaged_byte_is_reported_or_means_nothing(string command, params int[] meaningless)
    {
        byte[] plain = GoldenSet.Read("size-tail.vma");
        byte[] compressed = command.StartsWith("pz", StringComparison.Ordinal) ? Tool.Run(command, plain) : Tool.RunOnParts(command, plain, 50_000);
        int second = compressed.AsSpan().LastIndexOf(compressed.AsSpan(0, 4));
        HashSet<int> harmless = [.. meaningless.SelectMany(at => (int[])[at < 0 ? compressed.Length + at : at, second + at])];
        Property.ForSeeds(1, random => Workers.ForEach(Cases(compressed.Length, random), one =>
        {
            byte[] damaged = ArchiveBuilder.Overwrite(compressed, one.Offset, (byte)(compressed[one.Offset] ^ one.Change));
            if (!IsReported(damaged, $"{command}: byte {one.Offset} changed by {one.Change}"))
            {
                Assert.True(meaningless is [AnyByte]
                    || harmless.Contains(one.Offset), $"{command}: byte {one.Offset} of {compressed.Length} changed by {one.Change} is not reported");
                Assert.True(SameAs(plain, damaged), $"{command}: byte {one.Offset} of {compressed.Length} changed by {one.Change} is not found");
            }
        }));
    }

    [Theory]
    [InlineData("zstd -3 -c")]
    [InlineData("zstd --no-check -c")]
    [InlineData("lzop -c")]
    [InlineData("lzop --no-checksum -c")]
    [InlineData("gzip -c")]
    [InlineData("bzip2 -1 -c")]
    public void Each_cut_is_reported(string command)
    {
        byte[] compressed = Tool.Run(command, GoldenSet.Read("size-tail.vma"));
        Property.ForSeeds(1, random =>
            Workers.ForEach(Enumerable.Range(1, 20).Select(back => compressed.Length - back)
            .Concat(Enumerable.Range(0, 300).Select(_ => random.Next(compressed.Length))), length =>
            Assert.True(IsReported(ArchiveBuilder.Cut(compressed, length), $"{command}: cut at {length} of {compressed.Length}"),
                $"{command}: a cut at {length} of {compressed.Length} is not found")));
    }

    // Each of the first and the last bytes, where a container keeps its own fields, and many in between.
    private static (int Offset, byte Change)[] Cases(int length, Random random)
    {
        var edges = Enumerable.Range(0, 100).SelectMany(at => (int[])[at, length - 1 - at]);
        return [.. edges.Select(at => (at, (byte)random.Next(1, 256))), .. Enumerable.Range(0, Damages)
            .Select(_ => (random.Next(length), (byte)random.Next(1, 256)))];
    }

    private static bool IsReported(byte[] damaged, string what)
    {
        try
        {
            using var reader = new VmaReader(new MemoryStream(damaged));
            VmaReadReport report = VmaVerify.Run(reader);
            Assert.True(report.Errors == 0 || report.Findings.Any(finding =>
                finding.CompressedOffset is { } at && at >= 0 && at <= damaged.Length), $"{what}: only {string.Join(" ", report.Findings)}");
            return report.Errors > 0;
        }
        catch (VmaException refused)
        {
            // A long frame's bytes come before its checksum: the archive's header is the first to tell.
            Assert.True(refused.Fault.CompressedOffset is not null || refused.Fault.Offset < 12_800, $"{what}: only {refused.Fault}");
            return true;
        }
    }

    private static bool SameAs(byte[] plain, byte[] compressed) =>
        Restored.From(plain).Contents[1].AsSpan().SequenceEqual(Restored.From(compressed).Contents[1]);
}
