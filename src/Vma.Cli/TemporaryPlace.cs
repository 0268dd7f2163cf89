// SPDX-License-Identifier: MIT

using Vma.Posix;

namespace Vma.Cli;

/// <summary>Where large temporary files go.</summary>
internal static class TemporaryPlace
{
    private const string Variable = "TMPDIR";
    private const string Default = "/var/tmp";

    /// <summary>A path there that nothing has yet. The directory must exist: one that we made would stay.</summary>
    public static string NewPath(string prefix)
    {
        string directory = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } chosen ? chosen : Default;
        return FileStatus.KindOf(directory) == FileKind.Directory
            ? Path.Combine(directory, $"{prefix}{Guid.NewGuid():N}")
            : throw CommandException.Failed($"there is no directory '{ArchiveFile.Escape(directory)}' for temporary files; ${Variable} can name another");
    }
}
