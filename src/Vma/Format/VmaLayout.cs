// SPDX-License-Identifier: MIT

namespace Vma.Format;

/// <summary>The format's sizes and bounds beside those of <see cref="VmaCluster"/> (docs/format.md, "Units"). All sizes in bytes.</summary>
internal static class VmaLayout
{
    public const int SectorSize = 512;

    public const int UuidLength = 16;

    public const int ConfigSlots = 256;
    public const int DeviceSlots = 256;
    public const int LastWritableDeviceId = 254;
    public const int MaxBlobLength = ushort.MaxValue;

    /// <summary>Cluster numbers have 32 bits.</summary>
    public const long MaxClusters = 1L << 32;
    public const long MaxDeviceSize = VmaCluster.LargestDisk;
}
