// SPDX-License-Identifier: MIT

using Microsoft.Win32.SafeHandles;
using Vma.Posix;

namespace Vma.Input;

/// <summary>
/// Has the system read a file ahead of where it is used. Several extents are read at once from several places, which its own guess takes for random
/// access; a disk that gets one short request after the other gives a fraction of what it can.
/// </summary>
internal sealed class ReadAhead(SafeFileHandle file)
{
    private const long Distance = 32 << 20;
    private const long Step = 8 << 20;

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
        _ = LibC.Advise(file, from, until - from, LibC.WillNeed);
        _asked = until;
    }
}
