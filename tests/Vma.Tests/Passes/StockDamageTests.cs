// SPDX-License-Identifier: MIT

using Vma.Compression.Zstd.Spans;
using Vma.Tests.Support;

namespace Vma.Tests.Passes;

/// <summary>Damage to stock archives and to their indexes: what is given is right, or there is an error.</summary>
public sealed class StockDamageTests : IDisposable
{
    private const int SpanLength = 256 << 10;

    /// <summary>VMA_TEST_DAMAGES says another number, for a long night.</summary>
    private static readonly int Damages =
        int.TryParse(Environment.GetEnvironmentVariable("VMA_TEST_DAMAGES"), System.Globalization.CultureInfo.InvariantCulture, out int many) ? many : 60;

    private static readonly byte[] Disk = Content();
    private static readonly byte[] Plain = ArchiveForms.Make("plain", [Disk]);
    private static readonly byte[] Archive = Stock.Make("zstd -3 -c", Plain);
    private static readonly ArchiveMap Map = new(Plain);
    private static readonly (byte[] Index, ZstdSpan[] Spans) Whole = StoredIndexes.Make(Archive, Plain, SpanLength);
    private readonly Scratch _scratch = new();

    [Fact]
    public void With_an_index_only_the_spans_that_are_hit_are_lost() => Property.ForSeeds(Damages, (random, seed) =>
    {
        // The ends of the archive tell which one it is.
        int at = random.Next(70_000, Archive.Length - 70_000), length = random.Next(1, random.Next(2) == 0 ? 3 : 60_000);
        byte[] damaged = [.. Archive];
        random.NextBytes(damaged.AsSpan(at, Math.Min(length, damaged.Length - 66_000 - at)));
        var lost = new HashSet<(byte, uint)>();
        long plain = 0;
        foreach (ZstdSpan span in Whole.Spans)
        {
            bool isHit = !Archive.AsSpan((int)span.Offset, span.Length).SequenceEqual(damaged.AsSpan((int)span.Offset, span.Length));
            lost.UnionWith(isHit ? Map.Touched([((int)plain, span.PlainLength)]) : []);
            plain += span.PlainLength;
        }

        Check(damaged, Whole.Index, cluster => lost.Contains((1, (uint)cluster)));
    });

    [Fact]
    public void A_damaged_index_costs_a_pass_and_nothing_else() => Property.ForSeeds(Damages, (random, seed) =>
    {
        byte[] index = [.. Whole.Index];
        int at = random.Next(index.Length);
        random.NextBytes(index.AsSpan(at, Math.Min(index.Length - at, random.Next(1, 100))));
        Check(Archive, random.Next(4) == 0 ? index[..at] : index, static _ => false);
    });

    [Fact]
    public void A_forged_index_costs_a_pass_and_nothing_else() => Property.ForSeeds(3 * Damages, (random, seed) =>
        Check(Archive, StoredIndexes.Forge(Whole.Index, random), static _ => true));

    [Fact]
    public void The_index_of_another_archive_is_none()
    {
        byte[] other = Stock.Make("zstd -4 -c", Plain);
        Check(Archive, StoredIndexes.Make(other, Plain, SpanLength).Index, static _ => false);
    }

    [Fact]
    public void Without_an_index_damage_is_told_by_the_end_of_the_pass() => Property.ForSeeds(Damages, (random, seed) =>
    {
        byte[] damaged = [.. Archive];
        random.NextBytes(damaged.AsSpan(random.Next(Archive.Length - 3), random.Next(1, 3)));
        using VmaArchive? archive = TryOpen(_scratch.File("a", damaged));
        if (archive is null || damaged.AsSpan().SequenceEqual(Archive))
        {
            return;
        }

        // The last cluster is there when the pass is at its end, or cannot be had.
        Read(archive.OpenDisk(archive.Manifest.Devices[0]), Disk.Length / ArchiveBuilder.Cluster - 1);
        int wrong = Enumerable.Range(0, Disk.Length / ArchiveBuilder.Cluster).Count(cluster =>
            Read(archive.OpenDisk(archive.Manifest.Devices[0]), cluster) is { } read && !IsRight(read, cluster));
        Wait.Until(() => wrong == 0 || archive.Findings.Any(static finding => finding.Severity == VmaSeverity.Error));
    });

    public void Dispose() => _scratch.Dispose();

    /// <summary>Compresses to a megabyte, and takes no time.</summary>
    private static byte[] Content()
    {
        var random = new Random(11);
        var content = new byte[(9 << 20) + ArchiveBuilder.Cluster];
        byte[] part = Pattern.Full(ArchiveBuilder.Cluster, 12);
        for (int at = 0; at < content.Length; at += part.Length)
        {
            random.NextBytes(part.AsSpan(random.Next(part.Length - 8000), 8000));
            part.CopyTo(content, at);
        }

        return content;
    }

    private static bool IsRight(byte[] read, int cluster) => read.AsSpan().SequenceEqual(Disk.AsSpan(cluster * ArchiveBuilder.Cluster, read.Length));

    /// <summary>A cluster, or nothing when there is an error of a kind that a caller expects.</summary>
    private static byte[]? Read(VmaDisk disk, int cluster)
    {
        var buffer = new byte[ArchiveBuilder.Cluster];
        try
        {
            disk.ReadAt(cluster * (long)ArchiveBuilder.Cluster, buffer);
            return buffer;
        }
        catch (Exception told) when (told is VmaException or IOException)
        {
            return null;
        }
    }

    private VmaArchive? TryOpen(string path)
    {
        try
        {
            return VmaArchive.Open(path, new VmaArchiveOptions { IndexDirectory = _scratch["index"] });
        }
        catch (Exception told) when (told is VmaException or IOException)
        {
            return null;
        }
    }

    private void Check(byte[] damaged, byte[] index, Func<int, bool> mayBeLost)
    {
        string path = _scratch.File("a", damaged);
        if (Directory.Exists(_scratch["index"]))
        {
            Directory.Delete(_scratch["index"], recursive: true);
        }

        StoredIndexes.Put(_scratch["index"], path, index);
        using VmaArchive? archive = TryOpen(path);
        if (archive is null)
        {
            // The archive's header is in the span of the first cluster.
            Assert.True(mayBeLost(0), "the archive cannot be opened");
            return;
        }

        VmaDisk disk = archive.OpenDisk(archive.Manifest.Devices[0]);
        for (int cluster = 0; cluster < Disk.Length / ArchiveBuilder.Cluster; cluster++)
        {
            byte[]? read = Read(disk, cluster);
            Assert.True(read is null || IsRight(read, cluster), $"cluster {cluster} is wrong");
            Assert.True(read is not null || mayBeLost(cluster), $"cluster {cluster} is lost");
        }
    }
}
