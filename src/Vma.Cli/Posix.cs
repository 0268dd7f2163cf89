// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using System.Text;

namespace Vma.Cli;

/// <summary>What kind of file a path leads to.</summary>
internal enum FileKind
{
    None,
    Regular,
    Directory,
    BlockDevice,

    /// <summary>A FIFO, a pipe, a character device or a socket: bytes go through and none stay.</summary>
    Passage,
}

/// <summary>The libc calls that the framework does not offer.</summary>
internal static partial class Posix
{
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const uint TypeMask = 0x1; // STATX_TYPE
    private const int StatxLength = 256;
    private const int StatxModeOffset = 28;
    private const int CtimeLength = 26;
    private const int ReadOnlyDirectory = 0x80000; // O_RDONLY | O_CLOEXEC
    private const int ReadOnly = 0; // O_RDONLY
    private const int WriteOnly = 1; // O_WRONLY
    private const int StandardDescriptors = 3;
    private const int ExclusiveNoWait = 2 | 4; // LOCK_EX | LOCK_NB
    private const int WouldBlock = 11; // EAGAIN
    private const int TerminateSignal = 15; // SIGTERM
    private const int GetDescriptorFlags = 1; // F_GETFD
    private const int SetDescriptorFlags = 2; // F_SETFD
    private const int GetStatusFlags = 3; // F_GETFL
    private const int AccessMode = 3; // O_ACCMODE
    private const int CloseOnExecuteFlag = 1; // FD_CLOEXEC
    private const int SetPipeSize = 1031; // F_SETPIPE_SZ
    private const int PipeSize = 1 << 20; // what anybody may set, by default
    private const int WriteAndSearch = 2 | 1; // W_OK | X_OK

    /// <summary>What <paramref name="path"/> leads to, links followed.</summary>
    public static FileKind KindOf(string path)
    {
        Span<byte> status = stackalloc byte[StatxLength];
        if (Statx(CurrentDirectory, path, 0, TypeMask, status) != 0)
        {
            return FileKind.None;
        }

        return (MemoryMarshal.Read<ushort>(status[StatxModeOffset..]) & 0xf000) switch
        {
            0x8000 => FileKind.Regular,
            0x4000 => FileKind.Directory,
            0x6000 => FileKind.BlockDevice,
            _ => FileKind.Passage,
        };
    }

    /// <summary>A time as ctime(3) writes it, in the time zone of the environment, without the line's end; the number when it has no such form.</summary>
    public static unsafe string FormatTime(long seconds)
    {
        Span<byte> text = stackalloc byte[CtimeLength + 1];
        fixed (byte* buffer = text)
        {
            return Ctime(ref seconds, buffer) == null
                ? seconds.ToString(System.Globalization.CultureInfo.InvariantCulture)
                : Encoding.ASCII.GetString(text[..text.IndexOf((byte)0)]).TrimEnd('\n');
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, Span<byte> status);

    /// <summary>Waits until a write to the descriptor does not block, or fails; false when that is not so in time.</summary>
    public static bool WaitUntilWritable(int descriptor, TimeSpan patience)
    {
        // struct pollfd: the descriptor, then POLLOUT as the events asked for in 16 bits, then those that came.
        Span<int> request = [descriptor, 4];
        return Poll(request, 1, (int)patience.TotalMilliseconds) > 0;
    }

    /// <summary>
    /// Occupies the numbers of the standard streams that the process was started without. Else the next file that is opened gets such a number and our output with
    /// it, or the framework's own pipe for signals does. They stay of no use: what is read or written there fails.
    /// </summary>
    public static void OccupyStandardDescriptors()
    {
        for (int descriptor = 0; descriptor < StandardDescriptors; descriptor++)
        {
            if (Control(descriptor, GetDescriptorFlags, 0) < 0)
            {
                _ = Open("/dev/null", descriptor == 0 ? WriteOnly : ReadOnly); // gets the lowest number that is free
            }
        }
    }

    /// <summary>Whether the descriptor is open, and for reading.</summary>
    public static bool CanRead(int descriptor) => Control(descriptor, GetStatusFlags, 0) is >= 0 and var flags && (flags & AccessMode) != WriteOnly;

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(Span<int> requests, nuint count, int timeout);

    /// <summary>
    /// Locks a directory for this process until it ends; false when another process has it. A file system without locks is no reason to stop.
    /// </summary>
    public static bool TryLockDirectory(string path)
    {
        int descriptor = Open(path, ReadOnlyDirectory);
        return descriptor < 0 || Lock(descriptor, ExclusiveNoWait) == 0 || Marshal.GetLastPInvokeError() != WouldBlock;
    }

    /// <summary>Whether the directory can be written to.</summary>
    public static bool CanWriteTo(string directory) => Access(directory, WriteAndSearch) == 0;

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(int descriptor, int operation);

    /// <summary>
    /// Lets a pipe hold more, so that its two ends run side by side; measured in bench/throughput.sh. It stays as it is where the system allows no more,
    /// or it is no pipe.
    /// </summary>
    public static void WidenPipe(int descriptor) => _ = Control(descriptor, SetPipeSize, PipeSize);

    /// <summary>See <see cref="WidenPipe(int)"/>.</summary>
    public static FileStream WidenPipe(FileStream stream)
    {
        WidenPipe((int)stream.SafeFileHandle.DangerousGetHandle());
        return stream;
    }

    /// <summary>Asks a process to end; nothing happens when it is gone.</summary>
    public static void Terminate(int process) => _ = Kill(process, TerminateSignal);

    /// <summary>Keeps a descriptor that the process was given from the commands that it starts.</summary>
    public static void CloseOnExecute(int descriptor) => _ = Control(descriptor, SetDescriptorFlags, CloseOnExecuteFlag);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, int value);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, ReadOnlySpan<byte> buffer, nint length);

    /// <summary>Makes this process one that no terminal sends signals to.</summary>
    public static void LeaveTerminal() => _ = NewSession();

    [LibraryImport("libc", EntryPoint = "setsid")]
    private static partial int NewSession();

    [LibraryImport("libc", EntryPoint = "ctime_r")]
    private static unsafe partial byte* Ctime(ref long time, byte* buffer);
}
