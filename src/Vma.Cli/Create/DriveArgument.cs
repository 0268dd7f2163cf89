// SPDX-License-Identifier: MIT

namespace Vma.Cli.Create;

/// <summary>A disk as <c>create</c> is told of it: <c>[format=FMT:][NAME=]PATH</c>.</summary>
internal sealed record DriveArgument(string? Format, string? Name, string Path)
{
    private const string FormatKey = "format=";

    public static DriveArgument Parse(string text)
    {
        string rest = text;
        string? format = null;
        if (rest.StartsWith(FormatKey, StringComparison.Ordinal))
        {
            int colon = rest.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
            {
                throw CommandException.Usage($"'{ArchiveFile.Escape(text)}': after format=FMT comes a colon and the disk's path");
            }

            format = rest[FormatKey.Length..colon];
            rest = rest[(colon + 1)..];
        }

        int equals = rest.IndexOf('=', StringComparison.Ordinal);
        string? name = equals < 0 ? null : rest[..equals];
        string path = rest[(equals + 1)..];
        if (path.Length == 0 || name is { Length: 0 })
        {
            throw CommandException.Usage($"'{ArchiveFile.Escape(text)}': a disk is [format=FMT:][NAME=]PATH");
        }

        return new DriveArgument(format, name, path);
    }
}
