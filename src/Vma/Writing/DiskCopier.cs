// SPDX-License-Identifier: MIT

using Vma.Format;

namespace Vma.Writing;

/// <summary>Reads a run of a disk's clusters into an extent; stretches that the disk knows to be zeros are not read.</summary>
internal static class DiskCopier
{
    public static void PackRun(ExtentPacker packer, VmaDeviceWriter device, IBlockSource source, long first, int count, CancellationToken cancellationToken)
    {
        bool keepZeroes = device.Device.IsMemoryState;
        // Behind its own end a source that is shorter than its device reads as zeros.
        long sourceEnd = source.Length;
        long knownUntil = -1;
        bool knownZero = false;
        for (long cluster = first; cluster < first + count; cluster++)
        {
            long offset = cluster * VmaLayout.ClusterSize;
            int length = device.Device.LengthOf(cluster);
            int present = (int)Math.Clamp(sourceEnd - offset, 0, length);
            if (knownUntil <= offset && present > 0)
            {
                BlockStatus status = source.StatusAt(offset, cancellationToken);
                (knownUntil, knownZero) = (offset + status.Length, status.ReadsAsZeroes);
            }

            bool zero = present == 0 || (knownZero && knownUntil >= offset + present);
            if (zero && !keepZeroes)
            {
                packer.PackZeroes(device.Device.Id, (uint)cluster);
                device.Count(length, zeroBytes: length);
                continue;
            }

            Span<byte> room = packer.Room;
            room[..length].Clear();
            if (!zero)
            {
                source.ReadAt(offset, room[..present], cancellationToken);
            }

            int stored = packer.Pack(device.Device.Id, (uint)cluster, length, keepZeroes);
            device.Count(length, Math.Max(0, length - stored));
        }
    }
}
