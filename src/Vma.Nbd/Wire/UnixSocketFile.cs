// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using Vma.Posix;

namespace Vma.Nbd.Wire;

/// <summary>The file of a unix socket that a server listens on.</summary>
internal static class UnixSocketFile
{
    private const int Backlog = 512;

    /// <summary>Listens on a path, in place of a socket file that nobody listens on.</summary>
    /// <exception cref="IOException">It cannot be done.</exception>
    public static Socket Listen(string path)
    {
        UnixDomainSocketEndPoint address = Address(path);
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory && !Directory.Exists(directory))
        {
            // The framework calls it an address that cannot be assigned.
            throw new IOException($"Cannot listen on '{path}': there is no directory '{directory}'");
        }

        Socket socket = new(AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            try
            {
                socket.Bind(address);
            }
            catch (SocketException fault) when (fault.SocketErrorCode == SocketError.AddressAlreadyInUse && IsStale(path, address))
            {
                File.Delete(path);
                socket.Bind(address);
            }

            // Nobody can connect before Listen, so this leaves no gap.
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            socket.Listen(Backlog);
            return socket;
        }
        catch (Exception fault) when (fault is SocketException or UnauthorizedAccessException)
        {
            socket.Dispose();
            throw new IOException($"Cannot listen on '{path}': {fault.Message}", fault);
        }
    }

    public static UnixDomainSocketEndPoint Address(string path)
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentException fault)
        {
            throw new IOException($"'{path}' is too long for a unix socket's path, which has at most 107 bytes.", fault);
        }
    }

    private static bool IsStale(string path, UnixDomainSocketEndPoint address)
    {
        if (!FileStatus.IsSocket(path))
        {
            return false;
        }

        using Socket probe = new(AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(address);
            return false;
        }
        catch (SocketException fault)
        {
            return fault.SocketErrorCode == SocketError.ConnectionRefused;
        }
    }
}
