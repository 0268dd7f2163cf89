// SPDX-License-Identifier: MIT

namespace Vma.Tests.Support;

/// <summary>A sound archive of some size by the library's writer, with what it restores to and where everything stands in it.</summary>
internal sealed class SalvageSample
{
    private SalvageSample(byte[] archive, Dictionary<byte, byte[]> images)
    {
        Archive = archive;
        Images = images;
        Map = new ArchiveMap(archive);
    }

    public byte[] Archive { get; }

    public IReadOnlyDictionary<byte, byte[]> Images { get; }

    public ArchiveMap Map { get; }

    /// <summary>Two disks of 20 to 40 MiB together, with stretches of data and of zeros.</summary>
    public static SalvageSample Large(int seed, bool seal = true)
    {
        var random = new Random(seed);
        return Of(new VmaWriterOptions { Seal = seal }, ("scsi0", Pattern.Patchy(random.Next(15 << 20, 25 << 20), random)),
            ("scsi1", Pattern.Patchy(random.Next(5 << 20, 15 << 20), random)));
    }

    /// <summary>One disk in extents of few clusters, all of them full.</summary>
    public static SalvageSample Full(int clusters, int perExtent = 4, bool seal = true, string name = "disk") =>
        Of(new VmaWriterOptions { Seal = seal, ClustersPerExtent = perExtent }, (name, Pattern.Full(clusters * ArchiveBuilder.Cluster - 1000)));

    public static SalvageSample Of(VmaWriterOptions options, params (string Name, byte[] Content)[] devices)
    {
        var output = new MemoryStream();
        using var writer = new VmaWriter(output,
            options with { Uuid = new Guid("6f0f4b39-51d1-44f5-9c5a-5a4d3f2e1d0c"), CreationTime = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000) });
        writer.AddConfig("a.conf", "name: a"u8);
        var sources = devices.ToDictionary(device =>
            writer.AddDevice(device.Name, device.Content.Length), device => (IBlockSource)new Vma.Disks.MemoryDisk(device.Content));
        writer.Copy(sources);
        writer.Commit();
        byte id = 0;
        return new SalvageSample(output.ToArray(), devices.ToDictionary(_ => ++id, device => device.Content));
    }
}
