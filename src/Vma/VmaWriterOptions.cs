// SPDX-License-Identifier: MIT

using Vma.Format;

namespace Vma;

/// <summary>How an archive is written.</summary>
public sealed record VmaWriterOptions
{
    /// <summary>The archive's identity. The default is a new one.</summary>
    public Guid Uuid { get; init; } = Guid.NewGuid();

    /// <summary>The archive's time; whole seconds are kept. The default is now.</summary>
    public DateTimeOffset CreationTime
    {
        get => DateTimeOffset.FromUnixTimeSeconds(CreationSeconds);
        init => CreationSeconds = value.ToUnixTimeSeconds();
    }

    /// <summary>The time in seconds since 1970; an archive that is repacked may have one that is no date.</summary>
    internal long CreationSeconds { get; init; } = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>
    /// Whether data checksums are written, which readers that do not know them skip (docs/integrity.md). The default is true.
    /// </summary>
    public bool Seal { get; init; } = true;

    /// <summary>How the archive is compressed. The default is not at all.</summary>
    public VmaCompression Compression { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = VmaCompression.None;

    /// <summary>How many clusters go into one extent, 1 to 59. The default is 58, as in the reference writer.</summary>
    public int ClustersPerExtent
    {
        get;
        init => field = value is >= 1 and <= ExtentLayout.Slots ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "1 to 59");
    } = ExtentLayout.ReferenceClustersPerExtent;

    /// <summary>
    /// How many threads read, pack and compress, at least 1; each takes about 4 MiB, and about 8 when it compresses. The default is
    /// <see cref="VmaDefaults.Parallelism"/>. The archive does not depend on it.
    /// </summary>
    public int Parallelism { get; init => field = VmaDefaults.AtLeast(1, value); } = VmaDefaults.Parallelism;
}
