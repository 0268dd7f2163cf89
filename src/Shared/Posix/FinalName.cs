// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using Vma.Failures;

namespace Vma.Posix;

/// <summary>Gives a file that is whole its final name. What has that name by then is never replaced: it is somebody's file.</summary>
internal static class FinalName
{
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const uint NoReplace = 1; // RENAME_NOREPLACE
    private const int Exists = 17; // EEXIST

    /// <exception cref="IOException">There is a file of that name, or it cannot be given.</exception>
    public static void Give(string temporary, string final)
    {
        if (!TryGive(temporary, final))
        {
            throw new IOException($"The file '{final}' already exists.") { HResult = Exists };
        }
    }

    /// <summary>As <see cref="Give"/>; false when there is a file of that name.</summary>
    public static bool TryGive(string temporary, string final)
    {
        if (!OperatingSystem.IsLinux())
        {
            return TryMove(temporary, final);
        }

        int failure = Rename(temporary, final);
        return failure == 0 || (failure != Exists && TryLink(temporary, final));
    }

    /// <summary>For file systems that cannot rename without replacing: a second name is never given in place of another.</summary>
    internal static bool TryLink(string temporary, string final)
    {
        if (LibC.Link(temporary, final) == 0)
        {
            File.Delete(temporary);
            return true;
        }

        return Marshal.GetLastPInvokeError() != Exists && TryMove(temporary, final);
    }

    /// <summary>For file systems without second names: looks first. Any other failure is told here, in the framework's words.</summary>
    internal static bool TryMove(string temporary, string final)
    {
        if (Path.Exists(final))
        {
            return false;
        }

        File.Move(temporary, final, overwrite: false);
        return true;
    }

    private static int Rename(string temporary, string final) => Attempt.Or(
        () => LibC.Rename(CurrentDirectory, temporary, CurrentDirectory, final, NoReplace) == 0 ? 0 : Marshal.GetLastPInvokeError(),
        (EntryPointNotFoundException _) => -1); // a libc that is older than the call
}
