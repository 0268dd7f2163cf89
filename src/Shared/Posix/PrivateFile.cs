// SPDX-License-Identifier: MIT

using Microsoft.Win32.SafeHandles;

namespace Vma.Posix;

/// <summary>
/// Makes files and directories that only their owner can read: what is in a machine's disks is for nobody else's eyes. The mode is given when the file
/// is made, so that there is no moment in which others can open it. The umask can only take away from it.
/// </summary>
internal static class PrivateFile
{
    private const UnixFileMode FileMode0600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode DirectoryMode0700 = FileMode0600 | UnixFileMode.UserExecute;

    /// <summary>Makes a file, which must not exist, and opens it without a buffer.</summary>
    public static FileStream Create(
        string path, FileAccess access, FileShare share = FileShare.ReadWrite | FileShare.Delete, FileOptions options = FileOptions.None) =>
        Open(path, FileMode.CreateNew, access, share, options);

    /// <summary>As <see cref="Create"/>, but a file that exists is opened with the mode that it has.</summary>
    public static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share, FileOptions options = FileOptions.None)
    {
        var how = new FileStreamOptions { Mode = mode, Access = access, Share = share, Options = options, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = FileMode0600;
        }

        return new FileStream(path, how);
    }

    /// <summary>As <see cref="Create"/>, for reading and writing at any place.</summary>
    public static SafeFileHandle CreateHandle(string path, FileOptions options = FileOptions.None) =>
        Create(path, FileAccess.ReadWrite, options: options).SafeFileHandle;

    /// <summary>Makes an empty file, which must not exist, for another program to write to.</summary>
    public static void CreateEmpty(string path) => Create(path, FileAccess.Write).Dispose();

    /// <summary>Makes a file, which must not exist, with this content.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        using FileStream file = Create(path, FileAccess.Write);
        file.Write(content);
    }

    /// <summary>Makes a directory, and those on the way there. One that exists keeps its mode.</summary>
    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            // The framework gives the mode to the last directory only.
            string full = Path.GetFullPath(path);
            if (Path.GetDirectoryName(full) is { } parent && !Directory.Exists(parent))
            {
                CreateDirectory(parent);
            }

            Directory.CreateDirectory(full, DirectoryMode0700);
        }
    }
}
