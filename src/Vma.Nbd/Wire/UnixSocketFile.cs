// SPDX-License-Identifier: MIT

using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Vma.Failures;
using Vma.Posix;

namespace Vma.Nbd.Wire;

/// <summary>
/// The file of a unix socket that a server listens on. Servers that start together make theirs one after the other, so that none takes for left behind
/// what another has bound and does not listen on yet.
/// </summary>
internal sealed class UnixSocketFile(string path, Socket socket)
{
    private const int Backlog = 512;

    private readonly (ulong Device, ulong Inode) _identity = FileStatus.IdentityOf(path);

    public Socket Socket { get; } = socket;

    /// <summary>Listens on a path. A socket's file that no process listens on is replaced.</summary>
    /// <exception cref="IOException">The socket cannot be made.</exception>
    public static UnixSocketFile Listen(string path)
    {
        UnixDomainSocketEndPoint address = Address(path);
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory && !Directory.Exists(directory))
        {
            // The framework calls it an address that cannot be assigned.
            throw new IOException($"Cannot listen on '{path}': there is no directory '{directory}'");
        }

        using SocketLock? turn = SocketLock.Take(path);
        var bound = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            Bind(bound, path, address);

            // No client can connect before Listen, so this leaves no gap.
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            bound.Listen(Backlog);
            return new UnixSocketFile(path, WithoutName(bound));
        }
        catch (Exception failure) when (failure is SocketException or UnauthorizedAccessException)
        {
            bound.Dispose();
            throw new IOException($"Cannot listen on '{path}': {failure.Message}", failure);
        }
    }

    public static UnixDomainSocketEndPoint Address(string path) => Attempt.Or(
        () => new UnixDomainSocketEndPoint(path),
        (ArgumentException failure) => throw new IOException($"'{path}' is too long for a unix socket's path, which has at most 107 bytes.", failure));

    /// <summary>Removes the file, if it is still this one: another server's may be there by now.</summary>
    public void Remove()
    {
        if (FileStatus.IdentityOf(path) == _identity)
        {
            // Else it stays, and the next server replaces it.
            Attempt.Quietly(() => File.Delete(path), failure => failure is IOException or UnauthorizedAccessException);
        }
    }

    private static void Bind(Socket socket, string path, UnixDomainSocketEndPoint address)
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
    }

    /// <summary>The same socket in an object that does not know its path: else the framework deletes what has the path by then, also another's file.</summary>
    [SuppressMessage("Usage", "CA1816:Dispose methods should call SuppressFinalize", Justification = "The handle goes on in another object.")]
    private static Socket WithoutName(Socket bound)
    {
        GC.SuppressFinalize(bound);
        return new Socket(bound.SafeHandle);
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
