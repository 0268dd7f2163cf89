// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using Vma.Posix;

namespace Vma.Cli.Disks;

/// <summary>Keeps other processes of this command out of a directory.</summary>
internal static class DirectoryLock
{
    private const int ReadOnlyDirectory = 0x80000; // O_RDONLY | O_CLOEXEC
    private const int ExclusiveNoWait = 2 | 4; // LOCK_EX | LOCK_NB
    private const int Tries = 25;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Locks a directory until this process ends; false when another process has it. A file system without locks is no reason to stop.</summary>
    public static bool TryTake(string path)
    {
        int descriptor = LibC.Open(path, ReadOnlyDirectory);
        if (descriptor < 0)
        {
            return true;
        }

        // A child that a killed process was just starting has the lock, too, until it is the other program.
        for (int tried = 1; LibC.Lock(descriptor, ExclusiveNoWait) != 0; tried++)
        {
            if (Marshal.GetLastPInvokeError() != LibC.WouldBlock)
            {
                return true;
            }

            if (tried == Tries)
            {
                return false;
            }

            Thread.Sleep(Pause);
        }

        return true;
    }
}
