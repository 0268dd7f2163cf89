// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using System.Text;
using Vma.Posix;

namespace Vma.Cli;

/// <summary>The libc calls that the framework does not offer.</summary>
internal static class Posix
{
    private const int CtimeLength = 26;
    private const int ReadOnlyDirectory = 0x80000; // O_RDONLY | O_CLOEXEC
    private const int ReadOnly = 0; // O_RDONLY
    private const int WriteOnly = 1; // O_WRONLY
    private const int StandardDescriptors = 3;
    private const int ExclusiveNoWait = 2 | 4; // LOCK_EX | LOCK_NB
    private const int TerminateSignal = 15; // SIGTERM
    private const int GetDescriptorFlags = 1; // F_GETFD
    private const int SetDescriptorFlags = 2; // F_SETFD
    private const int GetStatusFlags = 3; // F_GETFL
    private const int AccessMode = 3; // O_ACCMODE
    private const int CloseOnExecuteFlag = 1; // FD_CLOEXEC
    private const int SetPipeSize = 1031; // F_SETPIPE_SZ
    private const int PipeSize = 1 << 20; // what anybody may set, by default
    private const int WriteAndSearch = 2 | 1; // W_OK | X_OK

    /// <summary>A time as ctime(3) writes it, in the time zone of the environment, without the line's end; the number when it has no such form.</summary>
    public static unsafe string FormatTime(long seconds)
    {
        Span<byte> text = stackalloc byte[CtimeLength + 1];
        fixed (byte* buffer = text)
        {
            return LibC.FormatTime(ref seconds, buffer) == null
                ? seconds.ToString(System.Globalization.CultureInfo.InvariantCulture)
                : Encoding.ASCII.GetString(text[..text.IndexOf((byte)0)]).TrimEnd('\n');
        }
    }

    /// <summary>Waits until a write to the descriptor does not block, or fails; false when that is not so in time.</summary>
    public static bool WaitUntilWritable(int descriptor, TimeSpan patience)
    {
        // struct pollfd: the descriptor, then POLLOUT as the events asked for in 16 bits, then those that came.
        Span<int> request = [descriptor, 4];
        return LibC.Poll(request, 1, (int)patience.TotalMilliseconds) > 0;
    }

    /// <summary>
    /// Occupies the numbers of the standard streams that the process was started without. Else the next file that is opened gets such a number and our output with
    /// it, or the framework's own pipe for signals does. They stay of no use: what is read or written there fails.
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
    public static bool CanRead(int descriptor) => LibC.Control(descriptor, GetStatusFlags, 0) is >= 0 and var flags && (flags & AccessMode) != WriteOnly;

    /// <summary>
    /// Locks a directory for this process until it ends; false when another process has it. A file system without locks is no reason to stop.
    /// </summary>
    public static bool TryLockDirectory(string path)
    {
        int descriptor = LibC.Open(path, ReadOnlyDirectory);
        return descriptor < 0 || LibC.Lock(descriptor, ExclusiveNoWait) == 0 || Marshal.GetLastPInvokeError() != LibC.WouldBlock;
    }

    /// <summary>Whether the directory can be written to.</summary>
    public static bool CanWriteTo(string directory) => LibC.Access(directory, WriteAndSearch) == 0;

    /// <summary>
    /// Lets a pipe hold more, so that its two ends run side by side; measured in bench/throughput.sh. It stays as it is where the system allows no more,
    /// or it is no pipe.
    /// </summary>
    public static void WidenPipe(int descriptor) => _ = LibC.Control(descriptor, SetPipeSize, PipeSize);

    /// <summary>See <see cref="WidenPipe(int)"/>.</summary>
    public static FileStream WidenPipe(FileStream stream)
    {
        WidenPipe((int)stream.SafeFileHandle.DangerousGetHandle());
        return stream;
    }

    /// <summary>Asks a process to end; nothing happens when it is gone.</summary>
    public static void Terminate(int process) => _ = LibC.Signal(process, TerminateSignal);

    /// <summary>Keeps a descriptor that the process was given from the commands that it starts.</summary>
    public static void CloseOnExecute(int descriptor) => _ = LibC.Control(descriptor, SetDescriptorFlags, CloseOnExecuteFlag);

    /// <summary>Makes this process one that no terminal sends signals to.</summary>
    public static void LeaveTerminal() => _ = LibC.StartSession();
}
