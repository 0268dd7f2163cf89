// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>One device in an archive: a disk or the RAM state.</summary>
/// <param name="Id">Its id in the extents, 1 to 255.</param>
/// <param name="Name">Its name.</param>
/// <param name="DeclaredSize">Its size in bytes as the header has it; a hostile header can say anything.</param>
public sealed record VmaDevice(byte Id, VmaName Name, ulong DeclaredSize)
{
    /// <summary>Its size in bytes, at most <see cref="long.MaxValue"/>.</summary>
    public long Size => DeclaredSize > long.MaxValue ? long.MaxValue : (long)DeclaredSize;

    /// <summary>
    /// Whether this is the VM's RAM state and not a disk: the device is called <c>vmstate</c>. Its size is an estimate, its
    /// clusters come in order and may end sooner or later.
    /// </summary>
    public bool IsMemoryState => Name.Bytes.SequenceEqual("vmstate"u8);

    /// <summary>How many clusters of 64 KiB its size takes.</summary>
    public long ClusterCount => VmaCluster.CountFor(Size);

    /// <summary>How many bytes of cluster <paramref name="cluster"/> lie before the end of the disk, 0 to 65,536.</summary>
    internal int LengthOf(long cluster) => (int)Math.Clamp(Size - cluster * VmaCluster.Size, 0, VmaCluster.Size);
}
