// SPDX-License-Identifier: MIT

namespace Vma.Samples;

/// <summary>
/// A backup program that gets a disk's clusters in whatever order and on whatever thread they come, and shows how far it is.
/// </summary>
public static class WriteFromThreads
{
    private const int ClusterSize = 65_536;

    public static VmaWriteReport Run(Stream archive, IBlockSource disk, Action<VmaDeviceProgress> show)
    {
        using var writer = new VmaWriter(archive, leaveOpen: true);
        VmaDeviceWriter device = writer.AddDevice("drive-scsi0", disk.Length);

        Parallel.For(
            0,
            device.Device.ClusterCount,
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            static () => new byte[ClusterSize],
            (cluster, _, buffer) =>
            {
                // The last cluster ends where the disk does.
                long offset = cluster * ClusterSize;
                Span<byte> data = buffer.AsSpan(0, (int)Math.Min(ClusterSize, disk.Length - offset));
                disk.ReadAt(offset, data);
                device.WriteCluster(cluster, data);
                show(device.Progress);
                return buffer;
            },
            static _ => { });

        return writer.Commit(); // throws when a cluster is missing
    }
}
