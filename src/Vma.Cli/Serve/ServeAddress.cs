// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Vma.Nbd;

namespace Vma.Cli.Serve;

/// <summary>Where clients find the server: a unix socket, an address, or what systemd hands over.</summary>
internal sealed class ServeAddress
{
    private const string LocalHost = "localhost";

    private readonly NbdUri _uri;

    private ServeAddress(NbdUri uri, bool tls) => _uri = uri with { UsesTls = tls };

    /// <summary>The unix socket's path, where there is one.</summary>
    public string? Socket => _uri.SocketPath;

    public int? Port => _uri.SocketPath is null ? _uri.Port : null;

    public NbdUri UriOf(string export) => _uri with { ExportName = export };

    /// <summary>Listens where the user said, else where systemd said, else at a socket of our own in a new private directory.</summary>
    public static ServeAddress Listen(NbdServer server, string? socket, string? listen, bool tls, Unfinished unfinished)
    {
        try
        {
            return new ServeAddress(
                listen is not null ? ListenAt(server, listen)
                : socket is null && InheritedSockets.Take() is { Count: > 0 } sockets ? ListenAt(server, sockets)
                : ListenAtSocket(server, Path.GetFullPath(socket ?? Path.Combine(PrivateDirectory(unfinished), "nbd.sock"))),
                tls);
        }
        catch (IOException failure)
        {
            throw CommandException.Failed(EscapedText.Of(SystemFailure.LowerFirst(failure.Message)), failure);
        }
    }

    private static NbdUri ListenAtSocket(NbdServer server, string path)
    {
        server.Listen(path);
        return NbdUri.ForSocket(path);
    }

    /// <summary><c>PORT</c>, <c>ADDRESS:PORT</c> or <c>[ADDRESS]:PORT</c>; a port alone is on this machine only.</summary>
    private static NbdUri ListenAt(NbdServer server, string text)
    {
        bool isLocalHost = text.StartsWith(LocalHost + ":", StringComparison.OrdinalIgnoreCase);
        string numeric = isLocalHost ? IPAddress.Loopback + text[LocalHost.Length..]
            : text.Contains(':', StringComparison.Ordinal) ? text
            : $"{IPAddress.Loopback}:{text}";
        int colon = numeric.LastIndexOf(':');
        bool isBracketed = colon > 0 && numeric[colon - 1] == ']', hasOneColon = numeric.IndexOf(':', StringComparison.Ordinal) == colon;
        if (!(isBracketed || hasOneColon)
            || !int.TryParse(numeric.AsSpan(colon + 1), NumberStyles.None, null, out int port) || port > IPEndPoint.MaxPort
            || !IPAddress.TryParse(numeric.AsSpan(0, colon), out IPAddress? address))
        {
            throw CommandException.Usage(
                $"--listen '{EscapedText.Of(text)}' is no PORT or ADDRESS:PORT; an address is 127.0.0.1 or [::1], for all networks 0.0.0.0 or [::]");
        }

        IPEndPoint bound = server.Listen(new IPEndPoint(address, port));
        return NbdUri.ForHost(isLocalHost ? LocalHost : HostOf(bound), bound.Port);
    }

    private static NbdUri ListenAt(NbdServer server, IReadOnlyList<Socket> sockets)
    {
        NbdUri first = sockets[0].LocalEndPoint switch
        {
            UnixDomainSocketEndPoint path => NbdUri.ForSocket(path.ToString()),
            IPEndPoint address => NbdUri.ForHost(HostOf(address), address.Port),
            _ => throw CommandException.Failed("the socket that was handed over is neither a unix socket nor TCP"),
        };
        foreach (Socket socket in sockets)
        {
            server.Listen(socket);
        }

        return first;
    }

    private static string HostOf(IPEndPoint address) =>
        address.Address.Equals(IPAddress.Any) || address.Address.Equals(IPAddress.IPv6Any) ? Dns.GetHostName() : address.Address.ToString();

    /// <summary>A directory that only this user can enter, and that ends with the command.</summary>
    private static string PrivateDirectory(Unfinished unfinished) =>
        Doing.OrFail($"cannot make a directory in '{EscapedText.Of(Path.GetTempPath())}' for the socket", () =>
        {
            string directory = Directory.CreateTempSubdirectory("vma-").FullName;
            unfinished.AddDirectory(directory);
            return directory;
        });
}
