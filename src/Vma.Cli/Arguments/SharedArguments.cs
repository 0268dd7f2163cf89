// SPDX-License-Identifier: MIT

using Vma.Cli.Disks;

namespace Vma.Cli.Arguments;

/// <summary>Operands and options that several verbs have.</summary>
internal static class SharedArguments
{
    private const int MostThreads = 64;

    public static readonly OperandSpec<string> Archive = new("FILE", ValueKind.File, "The archive; '-' is standard input.");

    /// <summary>An archive that is read at any place, which standard input often cannot be.</summary>
    public static readonly OperandSpec<string> SeekableArchive = new("FILE", ValueKind.File, "The archive.");

    public static readonly FlagSpec Json = new("--json", null, "Print the report as one JSON document (docs/scripting.md).");

    public static readonly FlagSpec Verbose = new("--verbose", "-v", "Show progress and totals.");

    public static readonly FlagSpec DryRun = new("--dry-run", null, "Check everything, print what would be done, and write nothing.");

    public static readonly FlagSpec NoSync = new("--no-sync", null, "Do not wait until what was written is durable on disk.");

    // What makes an archive.

    public static readonly OptionSpec<string> KeyFile = new("--key-file", null, "FILE", ValueKind.File, "A file with the passphrase of encrypted images.");

    public static readonly FlagSpec NoSeal = new(
        "--no-seal", null, "Leave the data checksums out, for a reader that refuses archives with them (docs/errata.md).");

    public static readonly OptionSpec<string> Compress = new(
        "--compress",
        null,
        "FORMAT",
        ValueKind.Word,
        "How the archive is compressed: zstd[:LEVEL], lzo, gzip[:LEVEL] or none; when left out, a new file's extension tells, and a FIFO, a pipe or a"
            + " command gets none.")
    {
        Words = CompressionNames.All,
    };

    public static readonly OptionSpec<int> Threads = MakeThreads();

    // What makes images.

    public static readonly OptionSpec<string> Format = new(
        "--format", null, "FORMAT", ValueKind.Word,
        $"The format of the disks' images: {string.Join(", ", DiskFormats.Writable)}; raw when left out. Others than raw need qemu-utils.")
    {
        Words = [.. DiskFormats.Writable],
    };

    public static readonly OptionSpec<string[]> CreationOptions = new(
        "--options", "-o", "OPTIONS", ValueKind.Text, "Creation options of the format: what qemu-img create takes behind -o, such as cluster_size=2M.");

    public static readonly FlagSpec IgnoreSpace = new(
        "--ignore-space", null, "Go on when there is too little space by all that is known, as on a file system that compresses.");

    // What reads an archive.

    public static readonly OptionSpec<string?> Memory = new(
        "--memory",
        null,
        "SIZE",
        ValueKind.Text,
        "How much memory a zstd archive's window may take, with K, M, G or T for powers of 1024; 128M when left out, and 2G at most.");

    public static readonly FlagSpec NoIndex = new(
        "--no-index",
        null,
        "Keep no index of an archive that is one zstd frame, and use none; without this it is kept in $XDG_CACHE_HOME/vma or ~/.cache/vma.");

    public static readonly FlagSpec Strict = new(
        "--strict", null, "Take stored blocks that are all zeros for damage: no writer stores them, so something may have been lost there.");

    // What reads an archive at any place.

    public static readonly FlagSpec Copy = new(
        "--copy",
        null,
        "Make a seekable copy of an archive in gzip or bzip2; it is kept in $XDG_CACHE_HOME/vma or ~/.cache/vma, and used again.");

    public static readonly FlagSpec NoVerifyData = new("--no-verify-data", null, "Do not compare data with its checksums.");

    private static OptionSpec<int> MakeThreads()
    {
        var threads = new OptionSpec<int>(
            "--threads", null, "N", ValueKind.Text, "How many threads read, pack and compress; as many as there are processors, at most 4, when left out.")
        {
            DefaultValueFactory = _ => VmaDefaults.Parallelism,
        };
        threads.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !(int.TryParse(text, out int number) && number is >= 1 and <= MostThreads))
            {
                result.AddError($"--threads is a number from 1 to {MostThreads}");
            }
        });
        return threads;
    }
}
