// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using System.Runtime.InteropServices;
using Vma.Posix;

namespace Vma.Qemu.Host;

/// <summary>Two sockets that are connected to each other, which the framework does not make.</summary>
internal static class SocketPair
{
    private const int Unix = 1; // AF_UNIX
    private const int Stream = 1; // SOCK_STREAM
    private const int CloseOnExec = 0x80000; // SOCK_CLOEXEC

    public static (Socket One, Socket Other) Create()
    {
        Span<int> descriptors = stackalloc int[2];
        if (LibC.SocketPair(Unix, Stream | CloseOnExec, 0, descriptors) != 0)
        {
            throw new IOException($"cannot make a pair of sockets: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        return (new Socket(new SafeSocketHandle(descriptors[0], ownsHandle: true)), new Socket(new SafeSocketHandle(descriptors[1], ownsHandle: true)));
    }
}
