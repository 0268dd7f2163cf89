// SPDX-License-Identifier: MIT

using Vma.Posix;

namespace Vma.Qemu.Images;

/// <summary>
/// Images that QEMU's tools make and only their owner can read. The tools make files that all can read, but they take one that is there as it is.
/// </summary>
internal static class PrivateImage
{
    /// <summary>Makes an empty file, unless there is one, and lets a tool write the image to it. It is gone when the tool fails.</summary>
    public static void Make(string path, Action write)
    {
        bool isNew = FileStatus.KindOf(path) == FileKind.None && TryCreate(path);
        try
        {
            write();
        }
        catch when (isNew)
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>False where no file can be made: the tool says why, in its own words.</summary>
    private static bool TryCreate(string path)
    {
        try
        {
            PrivateFile.CreateEmpty(path);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
