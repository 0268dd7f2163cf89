// SPDX-License-Identifier: MIT

namespace Vma.Tests.Support;

/// <summary>Small archives to damage, sealed by the library's writer.</summary>
internal static class SealedSample
{
    /// <summary>One block of data in one extent: 18,432 bytes.</summary>
    public static byte[] Smallest() => Write(new VmaWriterOptions { Seal = true }, Pattern.Full(100));

    /// <summary>A config and no disk: header and end mark.</summary>
    public static byte[] ConfigOnly() => Write(new VmaWriterOptions { Seal = true });

    /// <summary>A few disks with holes, a RAM state, and several small extents.</summary>
    public static byte[] Varied(int seed, bool seal = true)
    {
        var random = new Random(seed);
        byte[][] disks = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pattern.Patchy(random.Next(1, 5 * 65536), random))];
        return Write(new VmaWriterOptions { Seal = seal, ClustersPerExtent = random.Next(1, 6) }, disks);
    }

    /// <summary>Extents of one full cluster each.</summary>
    public static byte[] Extents(int count) =>
        Write(new VmaWriterOptions { Seal = true, ClustersPerExtent = 1 }, Pattern.Full(count * 65536));

    /// <summary>Extents of one cluster each: two of zeros, one full, two of zeros, one full, two of zeros.</summary>
    public static byte[] ZeroRuns(bool seal = true) => Write(new VmaWriterOptions { Seal = seal, ClustersPerExtent = 1 }, ZeroRunsContent);

    public static byte[] ZeroRunsContent { get; } =
        [.. new byte[2 * 65536], .. Pattern.Full(65536), .. new byte[2 * 65536], .. Pattern.Full(65536, seed: 2), .. new byte[2 * 65536]];

    private static byte[] Write(VmaWriterOptions options, params byte[][] disks)
    {
        var output = new MemoryStream();
        using var writer = new VmaWriter(output,
            options with { Uuid = new Guid("6f0f4b39-51d1-44f5-9c5a-5a4d3f2e1d0c"), CreationTime = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000) });
        writer.AddConfig("a.conf", "name: a"u8);
        Dictionary<VmaDeviceWriter, IBlockSource> sources = [];
        foreach (byte[] disk in disks)
        {
            sources.Add(writer.AddDevice($"disk{sources.Count}", disk.Length), new Vma.Disks.MemoryDisk(disk));
        }

        writer.Copy(sources);
        writer.Commit();
        return output.ToArray();
    }
}
