// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>How a written archive is compressed. A reader finds it out by itself.</summary>
public sealed record VmaCompression
{
    /// <summary>The largest level of zstd that is offered; levels above need more than 128 MiB to be read again.</summary>
    public const int MaxZstdLevel = 19;

    private VmaCompression(Kind format, int level) => (Format, Level) = (format, level);

    internal enum Kind
    {
        None,
        Zstd,
        Lzo,
        Gzip,
    }

    /// <summary>A plain archive.</summary>
    public static VmaCompression None { get; } = new(Kind.None, 0);

    /// <summary>LZO in the container of <c>lzop</c>. Needs the system's liblzo2.</summary>
    public static VmaCompression Lzo { get; } = new(Kind.Lzo, 0);

    internal Kind Format { get; }

    internal int Level { get; }

    /// <summary>
    /// zstd, in its seekable format: each extent is a frame of its own, and a table at the end tells where each is (docs/integrity.md). Needs the
    /// system's libzstd.
    /// </summary>
    /// <param name="level">1, fastest, to <see cref="MaxZstdLevel"/>, smallest.</param>
    public static VmaCompression Zstd(int level = 3) =>
        new(Kind.Zstd, level is >= 1 and <= MaxZstdLevel ? level : throw new ArgumentOutOfRangeException(nameof(level), level, $"1 to {MaxZstdLevel}"));

    /// <summary>gzip, each extent a member of its own.</summary>
    /// <param name="level">1, fastest, to 9, smallest.</param>
    public static VmaCompression Gzip(int level = 6) =>
        new(Kind.Gzip, level is >= 1 and <= 9 ? level : throw new ArgumentOutOfRangeException(nameof(level), level, "1 to 9"));
}
