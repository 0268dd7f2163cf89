// SPDX-License-Identifier: MIT

using Vma.Posix;

namespace Vma.Cli.Archives;

/// <summary>Where large temporary files go.</summary>
internal static class TemporaryPath
{
    private const string Variable = "TMPDIR";
    private const string Default = "/var/tmp";

    /// <summary>A path there that no file has yet. The directory must exist: the command would not take away one that it made.</summary>
    public static string New(string prefix)
    {
        string directory = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } chosen ? chosen : Default;
        return FileStatus.KindOf(directory) == FileKind.Directory
            ? Path.Combine(directory, $"{prefix}{Guid.NewGuid():N}")
            : throw CommandException.Failed($"there is no directory '{EscapedText.Of(directory)}' for temporary files; ${Variable} can name another");
    }
}
