// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vma.Input;

/// <summary>
/// Has the system read a file ahead of where it is used. Several extents are read at once from several places, which its own guess takes for random
/// access; a disk that gets one short request after the other gives a fraction of what it can.
/// </summary>
internal sealed partial class ReadAhead(SafeFileHandle file)
{
    private const long Distance = 32 << 20;
    private const long Step = 8 << 20;
    private const int WillNeed = 3; // POSIX_FADV_WILLNEED

    private long _asked;

    /// <summary>Notes that what is at an offset of the file will be read soon, and what comes behind it.</summary>
    public void Expect(long offset)
    {
        long until = offset + Distance;
        if (!OperatingSystem.IsLinux() || until - _asked < Step)
        {
            return;
        }

        long from = Math.Max(offset, _asked);
        _ = Advise(file, from, until - from, WillNeed);
        _asked = until;
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise64")]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);
}
