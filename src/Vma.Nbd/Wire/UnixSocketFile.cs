// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using Vma.Posix;

namespace Vma.Nbd.Wire;

/// <summary>The file of a unix socket that a server listens on.</summary>
internal static class UnixSocketFile
{
    private const int Backlog = 512;

    /// <summary>Listens on a path. A socket's file that no process listens on is replaced.</summary>
    /// <exception cref="IOException">The socket cannot be made.</exception>
    public static Socket Listen(string path)
    {
        UnixDomainSocketEndPoint address = Address(path);
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory && !Directory.Exists(directory))
        {
            // The framework calls it an address that cannot be assigned.
            throw new IOException($"Cannot listen on '{path}': there is no directory '{directory}'");
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            try
            {
                socket.Bind(address);
            }
            catch (SocketException failure) when (failure.SocketErrorCode == SocketError.AddressAlreadyInUse && IsStale(path, address))
            {
                File.Delete(path);
                socket.Bind(address);
            }

            // No client can connect before Listen, so this leaves no gap.
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            socket.Listen(Backlog);
            return socket;
        }
        catch (Exception failure) when (failure is SocketException or UnauthorizedAccessException)
        {
            socket.Dispose();
            throw new IOException($"Cannot listen on '{path}': {failure.Message}", failure);
        }
    }

    public static UnixDomainSocketEndPoint Address(string path)
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentException failure)
        {
            throw new IOException($"'{path}' is too long for a unix socket's path, which has at most 107 bytes.", failure);
        }
    }

    private static bool IsStale(string path, UnixDomainSocketEndPoint address)
    {
        if (!FileStatus.IsSocket(path))
        {
            return false;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(address);
            return false;
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode == SocketError.ConnectionRefused;
        }
    }
}
