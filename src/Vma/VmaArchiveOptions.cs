// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>How <see cref="VmaArchive"/> opens and reads an archive.</summary>
public sealed record VmaArchiveOptions
{
    /// <summary>
    /// How many bytes of decompressed data are kept for later reads, at least 0. The default is 64 MiB. A compressed archive is decompressed in frames of up
    /// to 8 MiB: those in use are kept in any case, and one that was read to its end is forgotten. A plain archive needs no cache.
    /// </summary>
    public long CacheBytes { get; init => field = VmaDefaults.AtLeast(0, value); } = 64L << 20;

    /// <summary>
    /// How much memory the index may take, in bytes, at least 1 MiB; an archive that needs more is refused. The default is 1 GiB. An archive in disk
    /// order takes 12 MiB per TiB of disk, up to 44 when its clusters have holes, and one in no order at all 265.
    /// </summary>
    public long IndexBytes { get; init => field = VmaDefaults.AtLeast(1 << 20, value, "1 MiB"); } = 1L << 30;

    /// <summary>
    /// How much memory the window of a zstd frame may take, in bytes, at least 1 MiB. The default is <see cref="VmaDefaults.DecoderMemory"/>. An archive
    /// that takes more is refused with <see cref="VmaFaultCode.NeedsMemory"/>.
    /// </summary>
    public long DecoderMemory
    {
        get;
        init => field = VmaDefaults.AtLeast(1 << 20, value, "1 MiB");
    } = VmaDefaults.DecoderMemory;

    /// <summary>
    /// Whether the data of a sealed archive is compared with its checksums, each cluster when it is first read. The default is true. The checksums of
    /// compressed frames are then not compared, so that damage fails only the clusters that it hit.
    /// </summary>
    public bool VerifyData { get; init; } = true;

    /// <summary>
    /// Whether an archive whose structure is damaged is refused when it is opened: all of its extent headers are then read and checked at once. The
    /// default is false: damage fails the reads that meet it, and no others.
    /// </summary>
    public bool RefuseDamaged { get; init; }

    /// <summary>
    /// How long an archive may be, in bytes of the plain archive, so that all of its seek table and cluster map is compared with its frames when it is opened:
    /// 70,000 reads for 8 GiB. Of a longer one only what is used is compared.
    /// </summary>
    internal long ProvenBytes { get; init; } = 8L << 30;

    /// <summary>How many threads index and decompress, at least 1. The default is <see cref="VmaDefaults.Parallelism"/>.</summary>
    public int Parallelism { get; init => field = VmaDefaults.AtLeast(1, value); } = VmaDefaults.Parallelism;

    /// <summary>
    /// A directory for the indexes of archives that are one zstd frame. Such an archive is read once from its start to its end, and what was passed can be
    /// read anywhere at once; with its index the next time needs no pass. It is made when it is not there. The default is null: the index is in a temporary
    /// file, and gone when the archive is closed.
    /// </summary>
    public string? IndexDirectory
    {
        get;
        init => field = value is { Length: 0 } ? throw new ArgumentException("a directory has a name", nameof(value)) : value;
    }

    /// <summary>
    /// A directory for seekable copies of archives that cannot be read at any place (a zstd frame of more than 8 MiB, gzip, bzip2). It is made when it is not
    /// there. A copy is made once, and used again as long as the archive is the same file and was not written to. The default is null: such an archive is
    /// refused.
    /// </summary>
    public string? SidecarDirectory
    {
        get;
        init => field = value is { Length: 0 } ? throw new ArgumentException("a directory has a name", nameof(value)) : value;
    }

    /// <summary>
    /// Where caches of this user belong: <c>vma</c> in <c>$XDG_CACHE_HOME</c>, or in <c>~/.cache</c>; null for a user without a home directory.
    /// </summary>
    public static string? DefaultCacheDirectory
    {
        get
        {
            string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            string? caches = Path.IsPathRooted(cache) ? cache : Path.IsPathRooted(home) ? Path.Combine(home, ".cache") : null;
            return caches is null ? null : Path.Combine(caches, "vma");
        }
    }
}
