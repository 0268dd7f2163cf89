// SPDX-License-Identifier: MIT

namespace Vma.Cli.ArchiveFromDisks;

/// <summary>A disk as the command line of <c>create</c> names it: <c>[format=FMT:[snapshot=TAG:]][NAME=]PATH</c>.</summary>
internal sealed record DriveArgument(string? Format, string? Snapshot, string? Name, string Path)
{
    private const string FormatKey = "format=";
    private const string SnapshotKey = "snapshot=";

    public static DriveArgument Parse(string text)
    {
        string rest = text;
        string? format = Take(FormatKey), snapshot = format is null ? null : Take(SnapshotKey);
        int equals = rest.IndexOf('=', StringComparison.Ordinal);
        string? name = equals < 0 ? null : rest[..equals];
        string path = rest[(equals + 1)..];
        if (equals > 0 && IsLocation(rest))
        {
            (name, path) = (null, rest);
        }

        CommandException.UsageIf(path.Length == 0 || name is { Length: 0 }, $"'{EscapedText.Of(text)}': a disk is [format=FMT:][NAME=]PATH");

        return new DriveArgument(format, snapshot, name, path);

        string? Take(string key)
        {
            if (!rest.StartsWith(key, StringComparison.Ordinal))
            {
                return null;
            }

            int colon = rest.IndexOf(':', StringComparison.Ordinal);
            CommandException.UsageIf(colon < 0, $"'{EscapedText.Of(text)}': after {key} and its value comes a colon and the disk's path");

            string value = rest[key.Length..colon];
            rest = rest[(colon + 1)..];
            return value;
        }
    }

    /// <summary>The query of an NBD URI has an equals sign of its own.</summary>
    private static bool IsLocation(string rest) => rest.StartsWith("nbd", StringComparison.Ordinal) && rest.Contains("://", StringComparison.Ordinal)
        && rest.IndexOf("://", StringComparison.Ordinal) < rest.IndexOf('=', StringComparison.Ordinal);
}
