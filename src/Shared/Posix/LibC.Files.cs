// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace Vma.Posix;

/// <summary>The calls of libc that the framework does not offer, declared once. Numbers are those of Linux on x86-64 and arm64.</summary>
internal static unsafe partial class LibC
{
    private const string Library = "libc";

    /// <summary>EINTR: a signal came; the call is made again.</summary>
    public const int Interrupted = 4;

    /// <summary>ENXIO.</summary>
    public const int NoSuchAddress = 6;

    /// <summary>EAGAIN.</summary>
    public const int WouldBlock = 11;

    public const int SeekEnd = 2;
    public const int SeekData = 3;
    public const int SeekHole = 4;

    public const int KeepSize = 1; // FALLOC_FL_KEEP_SIZE
    public const int PunchHole = 2; // FALLOC_FL_PUNCH_HOLE

    public const int GetFlags = 3; // F_GETFL
    public const int SetFlags = 4; // F_SETFL

    public const int WillNeed = 3; // POSIX_FADV_WILLNEED

    public const nuint ZeroOut = 0x127f; // BLKZEROOUT

    /// <summary>O_DIRECT, which has another value on arm.</summary>
    public static int DirectFlag => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x10000 : 0x4000;

    [LibraryImport(Library, EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int Open(string path, int flags);

    [LibraryImport(Library, EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Access(string path, int mode);

    [LibraryImport(Library, EntryPoint = "mkdir", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int MakeDirectory(string path, uint mode);

    [LibraryImport(Library, EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int Rename(int oldDirectory, string oldPath, int newDirectory, string newPath, uint flags);

    [LibraryImport(Library, EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int Link(string oldPath, string newPath);

    [LibraryImport(Library, EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Status(int directory, string path, int flags, uint mask, Span<byte> status);

    [LibraryImport(Library, EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Status(SafeHandle directory, string path, int flags, uint mask, Span<byte> status);

    [LibraryImport(Library, EntryPoint = "lseek64", SetLastError = true)]
    public static partial long Seek(SafeHandle file, long offset, int whence);

    [LibraryImport(Library, EntryPoint = "fallocate64", SetLastError = true)]
    public static partial int Allocate(SafeHandle file, int mode, long offset, long length);

    [LibraryImport(Library, EntryPoint = "posix_fadvise64")]
    public static partial int Advise(SafeHandle file, long offset, long length, int advice);

    [LibraryImport(Library, EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(int descriptor, int operation);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(int descriptor, int command, int argument);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(SafeHandle file, int command, int argument);

    /// <summary>ioctl about the range of a block device that begins at the first of two numbers and is as long as the second.</summary>
    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    public static partial int DeviceControl(SafeHandle device, nuint request, Span<ulong> range);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, ReadOnlySpan<byte> buffer, nint length);

    [LibraryImport(Library, EntryPoint = "poll")]
    public static partial int Poll(Span<int> requests, nuint count, int timeout);

    [LibraryImport(Library, EntryPoint = "ctime_r")]
    public static partial byte* FormatTime(ref long time, byte* buffer);

    [LibraryImport(Library, EntryPoint = "mmap")]
    public static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport(Library, EntryPoint = "munmap")]
    public static partial int Unmap(void* address, nuint length);
}
