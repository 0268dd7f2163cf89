// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vma.Live;

/// <summary>What the framework does not tell of files: their kind, and how much of the disk they take (statx(2)).</summary>
internal static partial class FileStatus
{
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    private const uint Type = 0x1; // STATX_TYPE
    private const uint Blocks = 0x400; // STATX_BLOCKS
    private const int Length = 256;
    private const int ModeOffset = 28;
    private const int BlocksOffset = 48;
    private const int KindMask = 0xf000;
    private const int BlockDevice = 0x6000;
    private const int Socket = 0xc000;

    /// <summary>Whether a path leads to a block device, links followed.</summary>
    public static bool IsBlockDevice(string path) => KindOf(path, flags: 0) == BlockDevice;

    /// <summary>Whether a path is a socket itself, and no link to one.</summary>
    public static bool IsSocket(string path) => KindOf(path, NoFollow) == Socket;

    /// <summary>How much of the disk an open file takes, in bytes; 0 when that cannot be told.</summary>
    public static long UsedBytes(SafeFileHandle file)
    {
        Span<byte> status = stackalloc byte[Length];
        return Statx(file, string.Empty, EmptyPath, Blocks, status) == 0 ? MemoryMarshal.Read<long>(status[BlocksOffset..]) * 512 : 0;
    }

    private static int KindOf(string path, int flags)
    {
        Span<byte> status = stackalloc byte[Length];
        return Statx(CurrentDirectory, path, flags, Type, status) == 0 ? MemoryMarshal.Read<ushort>(status[ModeOffset..]) & KindMask : 0;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(SafeFileHandle directory, string path, int flags, uint mask, Span<byte> status);
}
