// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Vma.Live.Nbd;

namespace Vma.Cli.Serve;

/// <summary>Where clients find the server: a unix socket, an address, or what systemd hands over.</summary>
internal sealed class ServeAddress
{
    /// <summary>The first descriptor that systemd hands over (sd_listen_fds(3)).</summary>
    private const int FirstHandedOver = 3;

    private readonly Func<string, NbdUri> _uriOf;

    private ServeAddress(Func<string, NbdUri> uriOf, string? socket = null, int? port = null)
    {
        (_uriOf, Socket, Port) = (uriOf, socket, port);
    }

    /// <summary>The unix socket's path, where there is one.</summary>
    public string? Socket { get; }

    public int? Port { get; }

    public NbdUri UriOf(string export) => _uriOf(export);

    /// <summary>Listens where the user said; without a word where systemd said, or at a socket of our own in a new private directory.</summary>
    public static ServeAddress Listen(NbdServer server, string? socket, string? listen, bool tls, Unfinished unfinished)
    {
        if (socket is null && listen is null && HandedOver() is { Count: > 0 } sockets)
        {
            return Take(server, sockets, tls);
        }

        if (listen is not null)
        {
            IPEndPoint bound = server.Listen(ParseAddress(listen));
            return new ServeAddress(export => NbdUri.ForHost(HostOf(bound), bound.Port, export) with { UsesTls = tls }, port: bound.Port);
        }

        string path = Path.GetFullPath(socket ?? Path.Combine(PrivateDirectory(unfinished), "nbd.sock"));
        server.Listen(path);
        return new ServeAddress(export => NbdUri.ForSocket(path, export) with { UsesTls = tls }, path);
    }

    /// <summary><c>PORT</c>, <c>ADDRESS:PORT</c> or <c>[ADDRESS]:PORT</c>; a port alone is on this machine only.</summary>
    private static IPEndPoint ParseAddress(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is >= 0 and <= IPEndPoint.MaxPort)
        {
            return new IPEndPoint(IPAddress.Loopback, port);
        }

        string numeric = text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase) ? "127.0.0.1" + text[text.IndexOf(':', StringComparison.Ordinal)..] : text;
        bool hasPort = numeric.LastIndexOf(':') is > 0 and var colon && (numeric[colon - 1] == ']' || !numeric[..colon].Contains(':', StringComparison.Ordinal));
        return hasPort && IPEndPoint.TryParse(numeric, out IPEndPoint? address)
            ? address
            : throw CommandException.Usage($"--listen '{ArchiveFile.Escape(text)}' is no PORT or ADDRESS:PORT; an address is 127.0.0.1 or [::1], for all networks 0.0.0.0 or [::]");
    }

    private static string HostOf(IPEndPoint address) => address.Address switch
    {
        var any when any.Equals(IPAddress.Any) || any.Equals(IPAddress.IPv6Any) => Dns.GetHostName(),
        var one => one.ToString(),
    };

    /// <summary>A directory of this user alone, gone with the command.</summary>
    private static string PrivateDirectory(Unfinished unfinished)
    {
        string directory = Directory.CreateTempSubdirectory("vma-").FullName;
        unfinished.AddDirectory(directory);
        return directory;
    }

    private static List<Socket> HandedOver()
    {
        bool isForUs = int.TryParse(Environment.GetEnvironmentVariable("LISTEN_PID"), NumberStyles.None, CultureInfo.InvariantCulture, out int process) && process == Environment.ProcessId;
        bool isCounted = int.TryParse(Environment.GetEnvironmentVariable("LISTEN_FDS"), NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is > 0 and < 1024;
        return isForUs && isCounted ? [.. Enumerable.Range(FirstHandedOver, count).Select(descriptor => new Socket(new SafeSocketHandle(descriptor, ownsHandle: true)))] : [];
    }

    private static ServeAddress Take(NbdServer server, List<Socket> sockets, bool tls)
    {
        EndPoint? first = sockets[0].LocalEndPoint;
        foreach (Socket socket in sockets)
        {
            server.Listen(socket);
        }

        return first switch
        {
            UnixDomainSocketEndPoint path => new ServeAddress(export => NbdUri.ForSocket(path.ToString(), export) with { UsesTls = tls }, path.ToString()),
            IPEndPoint address => new ServeAddress(export => NbdUri.ForHost(HostOf(address), address.Port, export) with { UsesTls = tls }, port: address.Port),
            _ => throw CommandException.Failed("the socket that was handed over is neither a unix socket nor TCP"),
        };
    }
}
