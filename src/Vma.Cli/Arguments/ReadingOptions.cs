// SPDX-License-Identifier: MIT

using System.CommandLine;

namespace Vma.Cli.Arguments;

/// <summary>The options of every command that reads an archive.</summary>
internal static class ReadingOptions
{
    private const long Least = 1 << 20;

    /// <summary>What they ask for.</summary>
    public static VmaReaderOptions Of(ParseResult parsed) => parsed.GetValue(SharedArguments.Memory) is not { } text ? new VmaReaderOptions()
        : SizeText.Parse(text) is >= Least and var size ? new VmaReaderOptions { DecoderMemory = size }
        : throw CommandException.Usage($"--memory '{EscapedText.Of(text)}' is no number of bytes of at least 1M; K, M, G and T are powers of 1024");

    /// <summary>What the commands ask for that read an archive to its end, so that its index is known then.</summary>
    public static VmaReaderOptions Indexed(ParseResult parsed) => Of(parsed) with
    {
        IndexDirectory = parsed.GetValue(SharedArguments.NoIndex) ? null : VmaArchiveOptions.DefaultCacheDirectory,
    };
}
