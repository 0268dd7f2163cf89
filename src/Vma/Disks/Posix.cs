// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vma.Disks;

/// <summary>The system calls that the framework does not offer. The numbers are those of Linux on x86-64 and arm64.</summary>
internal static partial class Posix
{
    public const int SeekEnd = 2;
    public const int SeekData = 3;
    public const int SeekHole = 4;

    public const int KeepSize = 1;
    public const int PunchHole = 2;
    public const int ZeroRange = 0x10;

    public const int GetFlags = 3;
    public const int SetFlags = 4;

    public const int NoSuchAddress = 6; // ENXIO

    public const nuint ZeroOut = 0x127f; // BLKZEROOUT

    /// <summary>O_DIRECT, which has another value on arm.</summary>
    public static int DirectFlag => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x10000 : 0x4000;

    [LibraryImport("libc", EntryPoint = "lseek64", SetLastError = true)]
    public static partial long Seek(SafeFileHandle file, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "fallocate64", SetLastError = true)]
    public static partial int Allocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(SafeFileHandle file, int command, int argument);

    /// <summary>A call to a block device about the range that begins at the first of two numbers and is as long as the second.</summary>
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int DeviceControl(SafeFileHandle device, nuint request, Span<ulong> range);
}
