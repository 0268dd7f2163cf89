// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Vma.Failures;
using Vma.Posix;

namespace Vma.Qemu.Host;

/// <summary>What the framework cannot do with Unix sockets.</summary>
internal static unsafe class UnixSocket
{
    private const int Stream = 1; // SOCK_STREAM
    private const int CloseOnExec = 0x80000; // SOCK_CLOEXEC
    private const int Family = 1; // AF_UNIX
    private const int AddressLength = 110; // sizeof(struct sockaddr_un)
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int PeerCredentials = 17; // SO_PEERCRED

    /// <summary>How long a path to a socket may be, in bytes.</summary>
    public const int MaxPath = AddressLength - 2 - 1;

    /// <summary>
    /// A socket that listens at <paramref name="path"/> before the program that answers there is started. No child inherits it unasked, and the
    /// path stays when it is closed here.
    /// </summary>
    public static SafeFileHandle Listen(string path)
    {
        var socket = new SafeFileHandle(ChildProcess.Check(LibC.Socket(Family, Stream | CloseOnExec, 0)), ownsHandle: true);
        return Attempt.Into(socket, listening =>
        {
            byte* address = stackalloc byte[AddressLength];
            new Span<byte>(address, AddressLength).Clear();
            *(ushort*)address = Family;
            Encoding.UTF8.GetBytes(path, new Span<byte>(address + 2, MaxPath));
            ChildProcess.Check(LibC.Bind(listening, address, AddressLength));
            ChildProcess.Check(LibC.Listen(listening, 64));
            return listening;
        });
    }

    /// <summary>Two sockets that are connected to each other.</summary>
    public static (Socket One, Socket Other) Pair()
    {
        Span<int> descriptors = stackalloc int[2];
        if (LibC.SocketPair(Family, Stream | CloseOnExec, 0, descriptors) != 0)
        {
            throw new IOException($"cannot make a pair of sockets: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        return (new Socket(new SafeSocketHandle(descriptors[0], ownsHandle: true)), new Socket(new SafeSocketHandle(descriptors[1], ownsHandle: true)));
    }

    /// <summary>The process at the other end; for a socket that listened, the process that made it listen. Null when it cannot be told.</summary>
    public static int? PeerProcess(Socket socket)
    {
        Span<int> credentials = stackalloc int[3]; // pid, uid, gid
        int length = credentials.Length * sizeof(int);
        return LibC.GetOption(socket.SafeHandle, SocketLevel, PeerCredentials, credentials, ref length) == 0 && credentials[0] > 0 ? credentials[0] : null;
    }
}
