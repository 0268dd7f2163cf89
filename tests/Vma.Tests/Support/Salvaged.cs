// SPDX-License-Identifier: MIT

namespace Vma.Tests.Support;

/// <summary>Everything that salvage gets out of an archive.</summary>
internal sealed record Salvaged(VmaSalvageReport Report, IReadOnlyDictionary<byte, byte[]> Contents)
{
    public static Salvaged From(byte[] archive, VmaSalvageOptions? options = null) => From(new MemoryStream(archive), options);

    public static Salvaged From(Stream archive, VmaSalvageOptions? options = null)
    {
        using var reader = new VmaSalvageReader(archive);
        Dictionary<byte, GrowingDisk> disks = [];
        VmaSalvageReport report = VmaSalvage.Run(reader, device => disks[device.Id] = new GrowingDisk(device.Size, readsAsZeroes: true), options);
        return new Salvaged(report, report.Devices.ToDictionary(device => device.Device.Id, device => disks[device.Device.Id].Content(device.Length)));
    }

    public HashSet<(byte Device, uint Cluster)> LostClusters =>
        [.. Report.Devices.SelectMany(device => device.Lost.SelectMany(range => ClustersOf(device.Device.Id, range)))];

    /// <summary>Just these clusters are lost and read as zeros; all others are as they were.</summary>
    public void LostJust(IReadOnlyDictionary<byte, byte[]> images, IReadOnlySet<(byte Device, uint Cluster)> lost)
    {
        AssertSet(lost, LostClusters);
        AssertContents(images.ToDictionary(image =>
            image.Key, image => Blank(image.Value, lost.Where(cluster => cluster.Device == image.Key).Select(cluster => cluster.Cluster))));
        Assert.All(Report.Devices, device => Assert.Equal(device.Lost.Sum(range => range.Length), device.LostBytes));
    }

    /// <summary>Each device is as long and has the bytes that are expected.</summary>
    public void AssertContents(IReadOnlyDictionary<byte, byte[]> expected)
    {
        Assert.Equal(expected.Keys.Order(), Contents.Keys.Order());
        foreach ((byte device, byte[] content) in expected)
        {
            Assert.Equal(content.Length, Contents[device].Length);
            int same = content.AsSpan().CommonPrefixLength(Contents[device]);
            Assert.True(same == content.Length, $"device {device} is wrong from byte {same} on, in cluster {same / ArchiveBuilder.Cluster}");
        }
    }

    public static byte[] Blank(byte[] image, params IEnumerable<uint> clusters)
    {
        byte[] blanked = [.. image];
        foreach (uint cluster in clusters)
        {
            int start = (int)cluster * ArchiveBuilder.Cluster;
            blanked.AsSpan(start, Math.Min(ArchiveBuilder.Cluster, blanked.Length - start)).Clear();
        }

        return blanked;
    }

    private static void AssertSet(IReadOnlySet<(byte Device, uint Cluster)> expected, HashSet<(byte Device, uint Cluster)> lost)
    {
        var tooMany = lost.Except(expected).Order().ToList();
        var tooFew = expected.Except(lost).Order().ToList();
        Assert.True(tooMany.Count + tooFew.Count == 0,
            $"{tooMany.Count} lost for nothing ({string.Join(' ', tooMany.Take(5))}), {tooFew.Count} not told to be lost ({string.Join(' ', tooFew.Take(5))})");
    }

    private static IEnumerable<(byte Device, uint Cluster)> ClustersOf(byte device, VmaByteRange range)
    {
        for (long at = range.Offset; at < range.Offset + range.Length; at += ArchiveBuilder.Cluster)
        {
            yield return (device, (uint)(at / ArchiveBuilder.Cluster));
        }
    }
}
