// SPDX-License-Identifier: MIT

using Vma.Disks;
using Vma.Format;

namespace Vma.Fuzz;

/// <summary>A sound archive to make mutants of, with what it restores to.</summary>
internal sealed class Sample
{
    private Sample(byte[] archive, IReadOnlyDictionary<byte, byte[]> images, bool isSealed)
    {
        Archive = archive;
        Images = images;
        IsSealed = isSealed;
        Extents = ExtentMap.Of(archive);
    }

    public byte[] Archive { get; }

    /// <summary>Each device's image, by id; of RAM state with all of its clusters.</summary>
    public IReadOnlyDictionary<byte, byte[]> Images { get; }

    public bool IsSealed { get; }

    public IReadOnlyList<ExtentAt> Extents { get; }

    /// <summary>A few small disks, one of them maybe RAM state, in extents of few clusters, so that a small archive has many.</summary>
    public static Sample Make(int seed)
    {
        var random = new Random(seed);
        var output = new MemoryStream();
        var options = new VmaWriterOptions
        {
            Seal = random.Next(3) > 0,
            ClustersPerExtent = random.Next(1, 8),
            Parallelism = 1,
            Uuid = new Guid(seed, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
            CreationTime = DateTimeOffset.UnixEpoch.AddSeconds(seed),
        };
        var images = new Dictionary<byte, byte[]>();
        using var writer = new VmaWriter(output, options, leaveOpen: true);
        for (int i = random.Next(3); i >= 0; i--)
        {
            writer.AddConfig($"config-{i}", new byte[random.Next(200)]);
        }

        bool memoryState = random.Next(4) == 0;
        var disks = new Dictionary<VmaDeviceWriter, IBlockSource>();
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            byte[] content = MakeImage(random, random.Next(1, 12 * VmaCluster.Size));
            VmaDeviceWriter device = writer.AddDevice(memoryState && i == 1 ? "vmstate" : $"drive-{i}", content.Length);
            disks.Add(device, new MemoryDisk(content));
            images.Add(device.Device.Id, content);
        }

        writer.Copy(disks);
        writer.Commit();
        return new Sample(output.ToArray(), images, options.Seal);
    }

    private static byte[] MakeImage(Random random, int length)
    {
        var image = new byte[length];
        for (int at = 0; at < length;)
        {
            int run = Math.Min(random.Next(1, 5) * VmaCluster.BlockSize, length - at);
            if (random.Next(3) == 0)
            {
                random.NextBytes(image.AsSpan(at, run));
            }

            at += run;
        }

        return image;
    }
}

/// <summary>Where an extent stands in an archive.</summary>
internal readonly record struct ExtentAt(int Offset, int DataLength, bool HasClusters)
{
    public bool IsZero => HasClusters && DataLength == 0;

    public int End => Offset + ExtentLayout.HeaderLength + DataLength;
}

/// <summary>Finds the extents of an archive by their headers' word alone.</summary>
internal static class ExtentMap
{
    public static IReadOnlyList<ExtentAt> Of(byte[] archive)
    {
        var extents = new List<ExtentAt>();
        int at = HeaderReader.Measure(archive, out int headerLength) is null ? headerLength : archive.Length;
        while (at + ExtentLayout.HeaderLength <= archive.Length && archive.AsSpan(at).StartsWith(ExtentLayout.Magic))
        {
            var header = new ExtentHeader(archive.AsSpan(at));
            extents.Add(new ExtentAt(at, header.DataLength, header.HasClusters));
            at = extents[^1].End;
        }

        return extents;
    }
}
