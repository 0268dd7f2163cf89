// SPDX-License-Identifier: MIT

using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Vma.Live.Qemu;

/// <summary>The libc calls behind child processes that get descriptors of ours, which the framework cannot give them.</summary>
internal static unsafe partial class Posix
{
    private const int Stream = 1; // SOCK_STREAM
    private const int CloseOnExec = 0x80000; // SOCK_CLOEXEC
    private const int UnixFamily = 1; // AF_UNIX
    private const int AddressLength = 110; // sizeof(struct sockaddr_un)
    private const int PathLength = AddressLength - 2;
    private const int DuplicateCloseOnExec = 1030; // F_DUPFD_CLOEXEC
    private const int FirstFree = 16;
    private const short NewSession = 0x80; // POSIX_SPAWN_SETSID
    private const int OpaqueLength = 512; // more than posix_spawn's opaque structures have in any libc
    private const int Interrupted = 4; // EINTR
    private const int KillSignal = 9;
    private const uint OwnerOnly = 0x1c0; // 0700

    /// <summary>How long a path to a socket may be, in bytes.</summary>
    public const int MaxSocketPath = PathLength - 1;

    /// <summary>A socket that listens at <paramref name="path"/>; no child inherits it unasked.</summary>
    public static SafeFileHandle Listen(string path)
    {
        var socket = new SafeFileHandle(Check(Socket(UnixFamily, Stream | CloseOnExec, 0)), ownsHandle: true);
        try
        {
            byte* address = stackalloc byte[AddressLength];
            new Span<byte>(address, AddressLength).Clear();
            *(ushort*)address = UnixFamily;
            Encoding.UTF8.GetBytes(path, new Span<byte>(address + 2, MaxSocketPath));
            Check(Bind(socket, address, AddressLength));
            Check(Listen(socket, 64));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Starts a program in a session of its own, so that a terminal's signals do not reach it. It gets these descriptors as 0, 1, 2 and so on,
    /// and no other.
    /// </summary>
    public static int Spawn(string program, IReadOnlyList<string> arguments, IEnumerable<KeyValuePair<string, string>> environment, params ReadOnlySpan<SafeHandle> descriptors)
    {
        byte* actions = stackalloc byte[OpaqueLength];
        byte* attributes = stackalloc byte[OpaqueLength];
        // Out of the way of the numbers that they shall have in the child.
        var copies = new List<SafeFileHandle>();
        using var argumentVector = new StringVector([program, .. arguments]);
        using var environmentVector = new StringVector([.. environment.Select(pair => $"{pair.Key}={pair.Value}")]);
        CheckResult(FileActionsInit(actions));
        CheckResult(AttributesInit(attributes));
        try
        {
            for (int number = 0; number < descriptors.Length; number++)
            {
                var copy = new SafeFileHandle(Check(Control(descriptors[number], DuplicateCloseOnExec, FirstFree)), ownsHandle: true);
                copies.Add(copy);
                CheckResult(FileActionsAddDuplicate(actions, (int)copy.DangerousGetHandle(), number));
            }

            CheckResult(AttributesSetFlags(attributes, NewSession));
            CheckResult(PosixSpawn(out int process, program, actions, attributes, argumentVector.Pointer, environmentVector.Pointer));
            return process;
        }
        finally
        {
            copies.ForEach(copy => copy.Dispose());
            _ = AttributesDestroy(attributes);
            _ = FileActionsDestroy(actions);
        }
    }

    /// <summary>Waits until a child has ended; gives its exit code as a shell does.</summary>
    public static int Wait(int process)
    {
        int status;
        while (WaitForProcess(process, out status, 0) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                return -1;
            }
        }

        return (status & 0x7f) == 0 ? status >> 8 & 0xff : 128 + (status & 0x7f);
    }

    /// <summary>Ends all processes of a session that <see cref="Spawn"/> began, at once.</summary>
    public static void KillGroup(int process) => _ = Kill(-process, KillSignal);

    private static int Check(int result) => result >= 0 ? result : throw Failure(Marshal.GetLastPInvokeError());

    private static void CheckResult(int error)
    {
        if (error != 0)
        {
            throw Failure(error);
        }
    }

    private static IOException Failure(int error) => new(new Win32Exception(error).Message, error);

    /// <summary>Makes a directory that only its owner can enter.</summary>
    public static void MakePrivateDirectory(string path) => Check(MakeDirectory(path, OwnerOnly));

    [LibraryImport("libc", EntryPoint = "mkdir", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int MakeDirectory(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(SafeHandle socket, byte* address, int length);

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    private static partial int Listen(SafeHandle socket, int backlog);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeHandle file, int command, int argument);

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int PosixSpawn(out int process, string path, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int FileActionsInit(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int FileActionsAddDuplicate(byte* actions, int descriptor, int number);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int FileActionsDestroy(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int AttributesInit(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int AttributesSetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int AttributesDestroy(byte* attributes);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int WaitForProcess(int process, out int status, int options);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    /// <summary>C's form of a list of strings.</summary>
    private sealed class StringVector : IDisposable
    {
        private readonly int _count;

        public StringVector(IReadOnlyList<string> strings)
        {
            _count = strings.Count;
            Pointer = (byte**)NativeMemory.AllocZeroed((nuint)(_count + 1), (nuint)sizeof(byte*));
            for (int i = 0; i < _count; i++)
            {
                Pointer[i] = (byte*)Marshal.StringToCoTaskMemUTF8(strings[i]);
            }
        }

        public byte** Pointer { get; }

        public void Dispose()
        {
            for (int i = 0; i < _count; i++)
            {
                Marshal.FreeCoTaskMem((nint)Pointer[i]);
            }

            NativeMemory.Free(Pointer);
        }
    }
}
