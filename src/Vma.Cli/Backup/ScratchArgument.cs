// SPDX-License-Identifier: MIT

using Vma.Qemu.Backup;

namespace Vma.Cli.Backup;

/// <summary>What <c>--scratch</c> and <c>--limit</c> say.</summary>
internal static class ScratchArgument
{
    public static (string Directory, long? Limit) Parse(string? argument)
    {
        if (argument is null)
        {
            return (BackupOptions.DefaultScratchDirectory, null);
        }

        int colon = argument.LastIndexOf(':');
        long? limit = colon > 0 ? SizeText.Parse(argument[(colon + 1)..]) : null;
        string directory = limit is null ? argument : argument[..colon];
        CommandException.UsageIf(limit < BackupOptions.MinScratchLimit || directory.Length == 0,
            $"'{EscapedText.Of(argument)}': --scratch is DIR[:SIZE], at least 1M");

        return Directory.Exists(directory)
            ? (directory, limit)
            : throw CommandException.Failed($"there is no directory '{EscapedText.Of(directory)}' for scratch files");
    }

    public static long? Rate(string? argument) => argument is null ? null
        : SizeText.Parse(argument) is { } rate and >= BackupOptions.MinBytesPerSecond ? rate
        : throw CommandException.Usage($"'{EscapedText.Of(argument)}': --limit is a number of bytes per second, at least 64K");
}
