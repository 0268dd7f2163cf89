// SPDX-License-Identifier: MIT

using Vma.Posix;

namespace Vma.Cli.Console;

/// <summary>The descriptors that the process was given, as libc sees them.</summary>
internal static class Descriptors
{
    private const int ReadOnly = 0; // O_RDONLY
    private const int WriteOnly = 1; // O_WRONLY
    private const int AccessMode = 3; // O_ACCMODE
    private const int StandardDescriptors = 3;
    private const int GetDescriptorFlags = 1; // F_GETFD
    private const int SetDescriptorFlags = 2; // F_SETFD
    private const int CloseOnExecuteFlag = 1; // FD_CLOEXEC
    private const int SetPipeSize = 1031; // F_SETPIPE_SZ
    private const int PipeSize = 1 << 20; // what every user may set, by default
    private const int CanBeWritten = 4; // POLLOUT

    /// <summary>Waits until a write to the descriptor does not block, or fails; false when that is not so in time.</summary>
    public static bool WaitUntilWritable(int descriptor, TimeSpan patience)
    {
        // struct pollfd: the descriptor, then 16 bits with the events asked for, then 16 bits with those that came.
        Span<int> request = [descriptor, CanBeWritten];
        return LibC.Poll(request, 1, (int)patience.TotalMilliseconds) > 0;
    }

    /// <summary>
    /// Occupies the numbers of the standard streams that the process was started without. Otherwise the next file that is opened, or the framework's own
    /// pipe for signals, would get such a number, and our output with it. The occupied numbers stay of no use: what is read or written there fails.
    /// </summary>
    public static void OccupyStandardDescriptors()
    {
        for (int descriptor = 0; descriptor < StandardDescriptors; descriptor++)
        {
            if (LibC.Control(descriptor, GetDescriptorFlags, 0) < 0)
            {
                _ = LibC.Open("/dev/null", descriptor == 0 ? WriteOnly : ReadOnly); // gets the lowest number that is free
            }
        }
    }

    /// <summary>Whether the descriptor is open, and for reading.</summary>
    public static bool CanRead(int descriptor) => LibC.Control(descriptor, LibC.GetFlags, 0) is >= 0 and var flags && (flags & AccessMode) != WriteOnly;

    /// <summary>
    /// Lets a pipe hold more, so that its two ends run side by side; measured in bench/throughput.sh. Nothing changes where the system allows no more,
    /// or where it is no pipe.
    /// </summary>
    public static void WidenPipe(int descriptor) => _ = LibC.Control(descriptor, SetPipeSize, PipeSize);

    /// <summary>See <see cref="WidenPipe(int)"/>.</summary>
    public static FileStream WidenPipe(FileStream stream)
    {
        WidenPipe((int)stream.SafeFileHandle.DangerousGetHandle());
        return stream;
    }

    /// <summary>Keeps a descriptor that the process was given from the commands that it starts.</summary>
    public static void CloseOnExecute(int descriptor) => _ = LibC.Control(descriptor, SetDescriptorFlags, CloseOnExecuteFlag);
}
