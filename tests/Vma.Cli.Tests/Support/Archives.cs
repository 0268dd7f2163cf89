// SPDX-License-Identifier: MIT


namespace Vma.Cli.Tests.Support;

/// <summary>Archives of disks whose content a test knows.</summary>
internal static class Archives
{
    private const int Cluster = 65536;

    /// <summary>The forms in which an archive can be read anywhere.</summary>
    public static TheoryData<string> Forms => ["plain.vma", "sealed.vma", "small.vma.zst", "small.vma.lzo"];

    /// <summary>Writes an archive in the form that its name says, with the disks a, b, … and the config vm.conf.</summary>
    public static string Write(string path, string config, params byte[][] disks)
    {
        var options = new VmaWriterOptions
        {
            Seal = !path.EndsWith("plain.vma", StringComparison.Ordinal),
            Compression = path.EndsWith(".zst", StringComparison.Ordinal) ? VmaCompression.Zstd() : path.EndsWith(".lzo", StringComparison.Ordinal)
                ? VmaCompression.Lzo : VmaCompression.None,
        };
        using var writer = new VmaWriter(new FileStream(path, FileMode.CreateNew, FileAccess.Write), options);
        writer.AddConfig("vm.conf", System.Text.Encoding.UTF8.GetBytes(config));
        VmaDeviceWriter[] devices = [.. disks.Select((disk, number) => writer.AddDevice(((char)('a' + number)).ToString(), disk.Length))];
        foreach ((VmaDeviceWriter device, byte[] disk) in devices.Zip(disks))
        {
            for (int at = 0; at < disk.Length; at += Cluster)
            {
                device.WriteCluster(at / Cluster, disk.AsSpan(at, Math.Min(Cluster, disk.Length - at)));
            }
        }

        writer.Commit();
        return path;
    }

    public static string Write(string path, params byte[][] disks) => Write(path, "cores: 2\n", disks);

    /// <summary>A sealed archive of one disk, one byte of whose cluster <paramref name="number"/> is wrong.</summary>
    public static string WriteDamaged(string path, byte[] disk, int number)
    {
        Write(path, disk);
        byte[] archive = File.ReadAllBytes(path);
        archive[archive.AsSpan().IndexOf(disk.AsSpan(number * Cluster, 64))] ^= 1;
        File.WriteAllBytes(path, archive);
        return path;
    }

    /// <summary>An archive of a disk that ends at 3,000 bytes into its last block, made by the tests' own builder.</summary>
    public static (ArchiveBuilder Archive, byte[] Disk) Odd()
    {
        ArchiveBuilder builder = ArchiveBuilder.Sound();
        return (builder, builder.ImageOf(1, (2 * Cluster) + 3000));
    }
}
