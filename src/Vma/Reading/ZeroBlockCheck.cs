// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using Vma.Extents;
using Vma.Format;

namespace Vma.Reading;

/// <summary>
/// Tells of stored blocks that hold nothing but zeros. All known writers leave them out, ours too, so that they are holes which a disk or a file system has
/// torn into an archive. Data with a checksum is proven, and the RAM's state is stored with its zeros, so neither is looked at.
/// </summary>
/// <param name="isDamage">Whether they are damage, and not only a warning.</param>
/// <param name="report">Takes each range of them.</param>
internal sealed class ZeroBlockCheck(bool isDamage, Action<VmaFault> report)
{
    private const string Message = "stored blocks are all zeros, which no writer stores: a disk or file system may have lost what was there";

    /// <summary>Looks at a slot whose data is in memory and as it was stored, as far as can be told.</summary>
    public void Check(DataExtent extent, Slot slot, SeenDevice device)
    {
        if (extent.IsSealed || slot.DataLength == 0 || device.IsMemoryState)
        {
            return;
        }

        ReadOnlySpan<byte> data = extent.Data(slot.DataOffset, slot.DataLength).Span;
        for (int at = 0; at < data.Length; at += VmaCluster.BlockSize)
        {
            // Nearly every block has something in its first bytes.
            ReadOnlySpan<byte> block = data.Slice(at, VmaCluster.BlockSize);
            if (MemoryMarshal.Read<ulong>(block) == 0 && ZeroBlocks.IsZero(block))
            {
                Report(extent, slot, device, data);
                return;
            }
        }
    }

    /// <summary>Reports the ranges of zero blocks of a slot that has any. What lies behind the disk's end is not the disk's.</summary>
    private void Report(DataExtent extent, Slot slot, SeenDevice device, ReadOnlySpan<byte> data)
    {
        int length = device.SizeIsKnown ? device.Device.LengthOf(slot.Info.Cluster) : VmaCluster.Size;
        int start = 0, end = 0, from = 0, stored = 0;
        for (int block = 0; block < VmaCluster.BlocksPerCluster && block * VmaCluster.BlockSize < length; block++)
        {
            if ((slot.Info.Mask >> block & 1) == 0)
            {
                continue;
            }

            int at = stored++ * VmaCluster.BlockSize;
            if (!ZeroBlocks.IsZero(data.Slice(at, VmaCluster.BlockSize)))
            {
                continue;
            }

            int place = block * VmaCluster.BlockSize;
            if (place != end)
            {
                Tell(start, end, from);
                (start, from) = (place, at);
            }

            end = Math.Min(place + VmaCluster.BlockSize, length);
        }

        Tell(start, end, from);

        void Tell(int first, int behind, int offset)
        {
            if (behind > first)
            {
                VmaFault fault = new VmaFault(
                    isDamage ? VmaFaultCode.TornBlocks : VmaFaultCode.ZeroBlocks, extent.DataOffset + slot.DataOffset + offset, Message);
                report(fault.At(device.Device, slot.Info.Cluster) with { OffsetInCluster = first, DiskLength = behind - first });
            }
        }
    }
}
