// SPDX-License-Identifier: MIT

using System.CommandLine;

namespace Vma.Cli.Commands;

/// <summary>What several verbs have in common.</summary>
internal static class CommonOptions
{
    public static Argument<string> Archive() => new("FILE") { Description = "The archive; '-' is standard input." };

    public static Option<bool> Json() => new("--json") { Description = "Print the report as one JSON document (docs/scripting.md)." };

    public static Option<bool> Verbose() => new("--verbose", "-v") { Description = "Show progress and totals." };

    public static Option<string> Compress() => new("--compress")
    {
        Description = "zstd[:LEVEL], lzo, gzip[:LEVEL] or none; when left out, a new file's extension tells, and a FIFO, a pipe or a command gets none.",
        HelpName = "FORMAT",
    };

    public static Option<int> Threads()
    {
        var threads = new Option<int>("--threads")
        {
            Description = "How many threads read, pack and compress; as many as there are processors, at most 4, when left out.",
            HelpName = "N",
            DefaultValueFactory = _ => Math.Clamp(Environment.ProcessorCount, 1, 4),
        };
        threads.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !(int.TryParse(text, out int number) && number is >= 1 and <= 64))
            {
                result.AddError("--threads is a number from 1 to 64");
            }
        });
        return threads;
    }

    public static Option<string> Format() => new("--format")
    {
        Description = $"The format of the disks' images: {string.Join(", ", DiskFormats.Writable)}; raw when left out. Others than raw need qemu-utils.",
        HelpName = "FORMAT",
    };

    public static Option<string[]> CreationOptions() => new("--options", "-o") { Description = "Creation options of the format, as qemu-img create takes them: cluster_size=2M,….", HelpName = "OPTIONS" };

    public static Option<string> KeyFile() => new("--key-file") { Description = "A file with the passphrase of encrypted images.", HelpName = "FILE" };

    public static Option<bool> DryRun() => new("--dry-run") { Description = "Check everything, print what would be done, and write nothing." };

    public static Option<bool> IgnoreSpace() => new("--ignore-space") { Description = "Go on when there is too little space by all that is known, as on a file system that compresses." };

    public static Option<bool> NoSeal() => new("--no-seal") { Description = "Leave the data checksums out, for a reader that refuses archives with them (docs/errata.md)." };

    public static Option<bool> NoSync() => new("--no-sync") { Description = "Do not wait until what was written is durable on disk." };
}
