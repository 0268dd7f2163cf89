// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>How writes to a <see cref="RawDisk"/> go through the host's page cache; named as QEMU names them.</summary>
public enum RawDiskCache
{
    /// <summary>Through the page cache; <see cref="IBlockTarget.Flush"/> makes them durable.</summary>
    WriteBack,

    /// <summary>Through the page cache, each durable when it returns.</summary>
    WriteThrough,

    /// <summary>
    /// Past the page cache (direct I/O) where the file system can and the range is aligned to 4 KiB, else as <see cref="WriteBack"/>.
    /// </summary>
    None,

    /// <summary>Past the page cache like <see cref="None"/>, each durable when it returns.</summary>
    DirectSync,

    /// <summary>Through the page cache; <see cref="IBlockTarget.Flush"/> does nothing.</summary>
    Unsafe,
}
