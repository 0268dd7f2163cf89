// SPDX-License-Identifier: MIT

using System.Text;
using Microsoft.Win32.SafeHandles;
using Vma.Posix;

namespace Vma.Qemu.Host;

/// <summary>A Unix socket that listens before the program that answers there is started.</summary>
internal static unsafe class ListeningSocket
{
    private const int Stream = 1; // SOCK_STREAM
    private const int CloseOnExec = 0x80000; // SOCK_CLOEXEC
    private const int UnixFamily = 1; // AF_UNIX
    private const int AddressLength = 110; // sizeof(struct sockaddr_un)

    /// <summary>How long a path to a socket may be, in bytes.</summary>
    public const int MaxPath = AddressLength - 2 - 1;

    /// <summary>A socket that listens at <paramref name="path"/>; no child inherits it unasked.</summary>
    public static SafeFileHandle Open(string path)
    {
        var socket = new SafeFileHandle(ChildProcess.Check(LibC.Socket(UnixFamily, Stream | CloseOnExec, 0)), ownsHandle: true);
        try
        {
            byte* address = stackalloc byte[AddressLength];
            new Span<byte>(address, AddressLength).Clear();
            *(ushort*)address = UnixFamily;
            Encoding.UTF8.GetBytes(path, new Span<byte>(address + 2, MaxPath));
            ChildProcess.Check(LibC.Bind(socket, address, AddressLength));
            ChildProcess.Check(LibC.Listen(socket, 64));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
