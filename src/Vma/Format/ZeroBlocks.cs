// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vma.Format;

/// <summary>Finds the blocks of a cluster that hold anything but zeros.</summary>
internal static class ZeroBlocks
{
    /// <summary>
    /// Bit k is set when block k of <paramref name="cluster"/> has a byte that is not zero. The span may be shorter than a
    /// cluster and end inside a block; what is behind its end counts as zero.
    /// </summary>
    public static ushort MaskOf(ReadOnlySpan<byte> cluster)
    {
        int mask = 0;
        for (int block = 0, at = 0; at < cluster.Length; block++, at += VmaCluster.BlockSize)
        {
            int length = Math.Min(VmaCluster.BlockSize, cluster.Length - at);
            if (!IsZero(cluster.Slice(at, length)))
            {
                mask |= 1 << block;
            }
        }

        return (ushort)mask;
    }

    /// <summary>Whether all bytes are zero; returns at the first 256 bytes that are not.</summary>
    public static bool IsZero(ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<Vector256<byte>> vectors = MemoryMarshal.Cast<byte, Vector256<byte>>(data);
        int i = 0;
        for (; i + 8 <= vectors.Length; i += 8)
        {
            ReadOnlySpan<Vector256<byte>> v = vectors.Slice(i, 8);
            Vector256<byte> any = (v[0] | v[1]) | (v[2] | v[3]) | ((v[4] | v[5]) | (v[6] | v[7]));
            if (any != Vector256<byte>.Zero)
            {
                return false;
            }
        }

        return data[(i * Vector256<byte>.Count)..].IndexOfAnyExcept((byte)0) < 0;
    }
}
