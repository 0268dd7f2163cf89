// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace Vma.Posix;

/// <content>Processes, and the sockets that are passed between them.</content>
internal static unsafe partial class LibC
{
    [LibraryImport(Library, EntryPoint = "posix_spawn")]
    public static partial int Spawn(int* process, byte* path, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_init")]
    public static partial int InitializeFileActions(byte* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static partial int AddDuplicate(byte* actions, int descriptor, int number);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_destroy")]
    public static partial int DestroyFileActions(byte* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_init")]
    public static partial int InitializeAttributes(byte* attributes);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setflags")]
    public static partial int SetSpawnFlags(byte* attributes, short flags);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_destroy")]
    public static partial int DestroyAttributes(byte* attributes);

    [LibraryImport(Library, EntryPoint = "waitpid", SetLastError = true)]
    public static partial int Wait(int process, out int status, int options);

    [LibraryImport(Library, EntryPoint = "kill")]
    public static partial int Signal(int process, int signal);

    [LibraryImport(Library, EntryPoint = "prctl")]
    public static partial int ProcessControl(int operation, nint first, nint second, nint third, nint fourth);

    /// <summary>A call of the kernel that libc has no name for.</summary>
    [LibraryImport(Library, EntryPoint = "syscall")]
    public static partial nint SystemCall(nint number, nint first, nint second, nint third, nint fourth);

    [LibraryImport(Library, EntryPoint = "setsid")]
    public static partial int StartSession();

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "socketpair", SetLastError = true)]
    public static partial int SocketPair(int family, int type, int protocol, Span<int> descriptors);

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(SafeHandle socket, byte* address, int length);

    [LibraryImport(Library, EntryPoint = "listen", SetLastError = true)]
    public static partial int Listen(SafeHandle socket, int backlog);

    [LibraryImport(Library, EntryPoint = "getsockopt")]
    public static partial int GetOption(SafeHandle socket, int level, int name, Span<int> value, ref int length);

    /// <summary>sendmsg; <paramref name="message"/> is a <c>struct msghdr</c>.</summary>
    [LibraryImport(Library, EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendMessage(SafeHandle socket, void* message, int flags);
}
