// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Images;

/// <summary>How <see cref="QemuNbd"/> serves an image.</summary>
public sealed record QemuNbdOptions
{
    /// <summary>Whether it can be written. The default is false.</summary>
    public bool Writable { get; init; }

    /// <summary>How writes go through the host's page cache. The default is <see cref="RawDiskCache.WriteBack"/>.</summary>
    public RawDiskCache Cache { get; init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value)); }

    /// <summary>The name of the internal snapshot to read. The default is null: the image as it is.</summary>
    public string? Snapshot { get; init; }
}
