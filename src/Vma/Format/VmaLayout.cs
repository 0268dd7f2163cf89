// SPDX-License-Identifier: MIT

namespace Vma.Format;

/// <summary>The units of the format (docs/format.md, "Units"). All sizes in bytes.</summary>
internal static class VmaLayout
{
    public const int BlockSize = VmaCluster.BlockSize;
    public const int BlocksPerCluster = VmaCluster.BlocksPerCluster;
    public const int ClusterSize = VmaCluster.Size;
    public const int SectorSize = 512;

    public const int UuidLength = 16;
    public const int Md5Length = 16;

    public const int ConfigSlots = 256;
    public const int DeviceSlots = 256;
    public const int LastWritableDeviceId = 254;
    public const int MaxBlobLength = ushort.MaxValue;

    public const long MaxDeviceSize = VmaCluster.LargestDisk;
}
