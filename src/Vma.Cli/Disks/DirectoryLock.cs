// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using Vma.Posix;

namespace Vma.Cli.Disks;

/// <summary>Keeps other processes of this command out of a directory.</summary>
internal static class DirectoryLock
{
    private const int ReadOnlyDirectory = 0x80000; // O_RDONLY | O_CLOEXEC
    private const int ExclusiveNoWait = 2 | 4; // LOCK_EX | LOCK_NB

    /// <summary>Locks a directory until this process ends; false when another process has it. A file system without locks is no reason to stop.</summary>
    public static bool TryTake(string path)
    {
        int descriptor = LibC.Open(path, ReadOnlyDirectory);
        return descriptor < 0 || LibC.Lock(descriptor, ExclusiveNoWait) == 0 || Marshal.GetLastPInvokeError() != LibC.WouldBlock;
    }
}
