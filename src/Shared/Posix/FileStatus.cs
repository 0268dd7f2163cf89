// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace Vma.Posix;

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

/// <summary>What the framework does not tell of files: their kind, and how much of the disk they take (statx(2)).</summary>
internal static class FileStatus
{
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    private const uint Type = 0x1; // STATX_TYPE
    private const uint Blocks = 0x400; // STATX_BLOCKS
    private const int Length = 256;
    private const int ModeOffset = 28;
    private const int BlocksOffset = 48;
    private const uint Inode = 0x100; // STATX_INO
    private const uint Times = 0x40 | 0x80; // STATX_MTIME, STATX_CTIME
    private const int InodeOffset = 32;
    private const int TimesOffset = 96; // stx_ctime, and behind it stx_mtime
    private const int TimesEnd = 128;
    private const int DeviceOffset = 136;
    private const int TypeMask = 0xf000;
    private const int SocketType = 0xc000;

    /// <summary>What a path leads to, links followed.</summary>
    public static FileKind KindOf(string path) => TypeOf(path, flags: 0) switch
    {
        0 => FileKind.None,
        0x8000 => FileKind.Regular,
        0x4000 => FileKind.Directory,
        0x6000 => FileKind.BlockDevice,
        _ => FileKind.Passage,
    };

    /// <summary>Whether a path is a socket itself, and no link to one.</summary>
    public static bool IsSocket(string path) => TypeOf(path, NoFollow) == SocketType;

    /// <summary>How much of the disk an open file takes, in bytes; 0 when that cannot be told.</summary>
    public static long UsedBytes(SafeHandle file)
    {
        Span<byte> status = stackalloc byte[Length];
        return LibC.Status(file, string.Empty, EmptyPath, Blocks, status) == 0 ? MemoryMarshal.Read<long>(status[BlocksOffset..]) * 512 : 0;
    }

    /// <summary>Which file a path is, links not followed; 0 for both when there is none.</summary>
    public static (ulong Device, ulong Inode) IdentityOf(string path)
    {
        Span<byte> status = stackalloc byte[Length];
        return LibC.Status(CurrentDirectory, path, NoFollow, Inode, status) == 0 ? IdentityIn(status) : default;
    }

    /// <summary>Which file an open one is; 0 for both when that cannot be told.</summary>
    public static (ulong Device, ulong Inode) IdentityOf(SafeHandle file)
    {
        Span<byte> status = stackalloc byte[Length];
        return LibC.Status(file, string.Empty, EmptyPath, Inode, status) == 0 ? IdentityIn(status) : default;
    }

    /// <summary>
    /// What is another when an open file is another one, or was written to since: its inode, and the times of its changes to the nanosecond. Nobody can set
    /// back the second of them. Empty when it cannot be told.
    /// </summary>
    public static byte[] VersionOf(SafeHandle file)
    {
        Span<byte> status = stackalloc byte[Length];
        return LibC.Status(file, string.Empty, EmptyPath, Inode | Times, status) == 0
            ? [.. status[InodeOffset..(InodeOffset + sizeof(ulong))], .. status[TimesOffset..TimesEnd]] : [];
    }

    private static (ulong Device, ulong Inode) IdentityIn(ReadOnlySpan<byte> status) =>
        (MemoryMarshal.Read<ulong>(status[DeviceOffset..]), MemoryMarshal.Read<ulong>(status[InodeOffset..]));

    private static int TypeOf(string path, int flags)
    {
        Span<byte> status = stackalloc byte[Length];
        return LibC.Status(CurrentDirectory, path, flags, Type, status) == 0 ? MemoryMarshal.Read<ushort>(status[ModeOffset..]) & TypeMask : 0;
    }
}
