// SPDX-License-Identifier: MIT

using System.Globalization;
using Vma.Cli.Archives;

namespace Vma.Cli.Arguments;

/// <summary>What <c>--compress</c> says, or else the name of the file that is made. The name of a pipe or a command says nothing about what it gets.</summary>
internal static class CompressionArgument
{
    private const string Choices = "zstd[:1-19], lzo, gzip[:1-9] or none";

    public static VmaCompression Parse(string? argument, string archive) =>
        argument is not null ? FromArgument(argument) : ArchiveOutput.IsNewFile(archive) ? FromName(archive) : VmaCompression.None;

    private static VmaCompression FromName(string archive) => Path.GetExtension(archive) switch
    {
        ".zst" => VmaCompression.Zstd(),
        ".lzo" => VmaCompression.Lzo,
        ".gz" => VmaCompression.Gzip(),
        ".bz2" => throw CommandException.Usage($"bzip2 is only read; --compress is {Choices}"),
        _ => VmaCompression.None,
    };

    private static VmaCompression FromArgument(string argument)
    {
        int colon = argument.IndexOf(':', StringComparison.Ordinal);
        string format = colon < 0 ? argument : argument[..colon];
        int level = 0;
        bool hasLevel = colon >= 0;
        bool isNumber = hasLevel && int.TryParse(argument.AsSpan(colon + 1), NumberStyles.None, null, out level);
        return (format, hasLevel) switch
        {
            (CompressionNames.None, false) => VmaCompression.None,
            (CompressionNames.Lzo, false) => VmaCompression.Lzo,
            (CompressionNames.Zstd, false) => VmaCompression.Zstd(),
            (CompressionNames.Gzip, false) => VmaCompression.Gzip(),
            (CompressionNames.Zstd, true) when isNumber && level is >= 1 and <= VmaCompression.MaxZstdLevel => VmaCompression.Zstd(level),
            (CompressionNames.Gzip, true) when isNumber && level is >= 1 and <= 9 => VmaCompression.Gzip(level),
            _ => throw CommandException.Usage($"'{EscapedText.Of(argument)}' is no compression; there are {Choices}"),
        };
    }
}
