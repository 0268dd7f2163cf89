// SPDX-License-Identifier: MIT

namespace Vma.Cli.Backup;

/// <summary>What <c>--scratch</c> and <c>--limit</c> say.</summary>
internal static class ScratchArgument
{
    private const string DefaultDirectory = "/var/tmp";
    private const long LeastScratch = 1 << 20;
    private const long LeastRate = 1 << 16;

    public static (string Directory, long? Limit) Parse(string? argument)
    {
        if (argument is null)
        {
            return (DefaultDirectory, null);
        }

        int colon = argument.LastIndexOf(':');
        long? limit = colon > 0 ? SizeText.Parse(argument[(colon + 1)..]) : null;
        string directory = limit is null ? argument : argument[..colon];
        if (limit < LeastScratch || directory.Length == 0)
        {
            throw CommandException.Usage($"'{EscapedText.Of(argument)}': --scratch is DIR[:SIZE], at least 1M");
        }

        return Directory.Exists(directory)
            ? (directory, limit)
            : throw CommandException.Failed($"there is no directory '{EscapedText.Of(directory)}' for scratch files");
    }

    public static long? Rate(string? argument) => argument is null ? null
        : SizeText.Parse(argument) is { } rate and >= LeastRate ? rate
        : throw CommandException.Usage($"'{EscapedText.Of(argument)}': --limit is a number of bytes per second, at least 64K");
}
