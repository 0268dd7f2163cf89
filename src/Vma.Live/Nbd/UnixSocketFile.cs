// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Vma.Live.Nbd;

/// <summary>The file of a unix socket that a server listens on.</summary>
internal static partial class UnixSocketFile
{
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const uint TypeMask = 0x1; // STATX_TYPE
    private const int StatxLength = 256;
    private const int StatxModeOffset = 28;
    private const int FileTypeMask = 0xf000;
    private const int SocketType = 0xc000;
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
        Span<byte> status = stackalloc byte[StatxLength];
        if (Statx(CurrentDirectory, path, NoFollow, TypeMask, status) != 0 || (MemoryMarshal.Read<ushort>(status[StatxModeOffset..]) & FileTypeMask) != SocketType)
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

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, Span<byte> status);
}
