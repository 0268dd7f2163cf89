// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Arguments;

namespace Vma.Cli.ArchiveFromDisks;

/// <summary>The options of every command that makes an archive from disks.</summary>
internal static class CreateOptions
{
    /// <summary>What they ask for; the disks and configs are still to be named.</summary>
    public static CreateRequest Request(ParseResult parsed, string archive) => new(archive, new VmaWriterOptions
    {
        Seal = !parsed.GetValue(SharedArguments.NoSeal),
        Compression = CompressionArgument.Parse(parsed.GetValue(SharedArguments.Compress), archive),
        Parallelism = parsed.GetValue(SharedArguments.Threads),
    })
    {
        KeyFile = parsed.GetValue(SharedArguments.KeyFile),
        Verbose = parsed.GetValue(SharedArguments.Verbose),
        Sync = !parsed.GetValue(SharedArguments.NoSync),
        Json = parsed.GetValue(SharedArguments.Json),
        DryRun = parsed.GetValue(SharedArguments.DryRun),
    };
}
