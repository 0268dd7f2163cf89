// SPDX-License-Identifier: MIT

namespace Vma.Cli.Arguments;

/// <summary>What compressions are called on the command line.</summary>
internal static class CompressionNames
{
    public const string Zstd = "zstd";
    public const string Lzo = "lzo";
    public const string Gzip = "gzip";
    public const string None = "none";

    public static readonly string[] All = [Zstd, Lzo, Gzip, None];
}
