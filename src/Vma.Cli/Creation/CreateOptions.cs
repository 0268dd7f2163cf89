// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Arguments;

namespace Vma.Cli.Creation;

/// <summary>The options of every command that makes an archive from disks.</summary>
internal sealed class CreateOptions
{
    public Option<bool> Verbose { get; } = CommonOptions.Verbose();

    public Option<string> KeyFile { get; } = CommonOptions.KeyFile();

    public Option<bool> NoSeal { get; } = CommonOptions.NoSeal();

    public Option<string> Compress { get; } = CommonOptions.Compress();

    public Option<int> Threads { get; } = CommonOptions.Threads();

    public Option<bool> DryRun { get; } = CommonOptions.DryRun();

    public Option<bool> NoSync { get; } = CommonOptions.NoSync();

    public Option<bool> Json { get; } = CommonOptions.Json();

    /// <summary>What they ask for; the disks and configs are still to be named.</summary>
    public CreateRequest Request(ParseResult parsed, string archive) => new(archive, new VmaWriterOptions
    {
        Seal = !parsed.GetValue(NoSeal),
        Compression = CompressionArgument.Parse(parsed.GetValue(Compress), archive),
        Parallelism = parsed.GetValue(Threads),
    })
    {
        KeyFile = parsed.GetValue(KeyFile),
        Verbose = parsed.GetValue(Verbose),
        Sync = !parsed.GetValue(NoSync),
        Json = parsed.GetValue(Json),
        DryRun = parsed.GetValue(DryRun),
    };
}
