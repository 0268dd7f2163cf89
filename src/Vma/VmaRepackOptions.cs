// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>How <see cref="VmaRepack"/> writes.</summary>
public sealed record VmaRepackOptions
{
    /// <summary>How the new archive is compressed. The default is not at all.</summary>
    public VmaCompression Compression { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = VmaCompression.None;

    /// <summary>Whether data checksums are written. The default is true.</summary>
    public bool Seal { get; init; } = true;

    /// <summary>Whether the clusters stay in the order that they come in. The default is false: disk order, where it can be had.</summary>
    public bool KeepOrder { get; init; }

    /// <summary>
    /// Opens an empty seekable stream for an archive that cannot be read at any place. It is unpacked there, so that its clusters can be put in
    /// order, and takes as many bytes as the plain archive. The default is null: such an archive keeps its order.
    /// </summary>
    public Func<Stream>? Spool { get; init; }

    /// <summary>The new archive's identity. The default is the old one's.</summary>
    public Guid? Uuid { get; init; }

    /// <summary>The new archive's time. The default is the old one's.</summary>
    public DateTimeOffset? CreationTime { get; init; }

    /// <inheritdoc cref="VmaReaderOptions.DecoderMemory"/>
    public long DecoderMemory
    {
        get;
        init => field = VmaDefaults.AtLeast(1 << 20, value, "1 MiB");
    } = VmaDefaults.DecoderMemory;

    /// <inheritdoc cref="VmaWriterOptions.Parallelism"/>
    public int Parallelism { get; init => field = VmaDefaults.AtLeast(1, value); } = VmaDefaults.Parallelism;

    internal VmaWriterOptions ToWriterOptions(VmaManifest manifest) => new()
    {
        Uuid = Uuid ?? manifest.Uuid,
        CreationSeconds = CreationTime?.ToUnixTimeSeconds() ?? manifest.CreationTime,
        Seal = Seal,
        Compression = Compression,
        Parallelism = Parallelism,
    };
}
