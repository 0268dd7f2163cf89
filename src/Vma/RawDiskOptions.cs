// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>How a <see cref="RawDisk"/> is written.</summary>
public sealed record RawDiskOptions
{
    /// <summary>How writes go through the page cache. The default is <see cref="RawDiskCache.WriteBack"/>.</summary>
    public RawDiskCache Cache { get; init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, null); }

    /// <summary>
    /// Whether an existing disk is known to read as zeros everywhere, so that zeros need not be written. The default is false.
    /// A disk that was just created always does.
    /// </summary>
    public bool ReadsAsZeroes { get; init; }
}
