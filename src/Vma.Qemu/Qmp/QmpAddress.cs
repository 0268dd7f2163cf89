// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Vma.Qemu.Host;

namespace Vma.Qemu.Qmp;

/// <summary>Where a QMP monitor or a guest agent listens.</summary>
public sealed class QmpAddress
{
    private const string Libvirt = "libvirt:";

    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(20);

    private QmpAddress(string? path, string? host, int port, string? domain = null) => (Path, Host, Port, Domain) = (path, host, port, domain);

    /// <summary>The Unix socket's path, or null.</summary>
    public string? Path { get; }

    /// <summary>The host of a TCP socket, or null.</summary>
    public string? Host { get; }

    /// <summary>The port of a TCP socket.</summary>
    public int Port { get; }

    /// <summary>A domain of libvirt, which <see cref="VirshMonitor"/> reaches through virsh, and <see cref="QmpClient"/> does not; or null.</summary>
    public string? Domain { get; }

    /// <summary>A domain of libvirt, by its name, UUID or number.</summary>
    public static QmpAddress ForDomain(string domain)
    {
        ArgumentException.ThrowIfNullOrEmpty(domain);
        return new QmpAddress(null, null, 0, domain);
    }

    /// <summary>A Unix socket.</summary>
    /// <exception cref="FormatException">The path is longer than a Unix socket's can be.</exception>
    public static QmpAddress ForSocket(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return System.Text.Encoding.UTF8.GetByteCount(path) <= UnixSocket.MaxPath
            ? new QmpAddress(path, null, 0)
            : throw new FormatException($"a Unix socket's path has at most {UnixSocket.MaxPath} bytes");
    }

    /// <summary>A TCP socket.</summary>
    public static QmpAddress ForHost(string host, int port)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        return new QmpAddress(null, host, port);
    }

    /// <summary>Reads <c>PATH</c>, <c>unix:PATH</c>, <c>tcp:HOST:PORT</c> or <c>libvirt:DOMAIN</c>.</summary>
    /// <exception cref="FormatException">It is none of them.</exception>
    public static QmpAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        const string Tcp = "tcp:", Unix = "unix:";
        if (text.StartsWith(Libvirt, StringComparison.Ordinal))
        {
            return text.Length > Libvirt.Length ? ForDomain(text[Libvirt.Length..]) : throw new FormatException("a domain is missing");
        }

        if (!text.StartsWith(Tcp, StringComparison.Ordinal))
        {
            string path = text.StartsWith(Unix, StringComparison.Ordinal) ? text[Unix.Length..] : text;
            return path.Length > 0 ? ForSocket(path) : throw new FormatException("a socket's path is missing");
        }

        int colon = text.LastIndexOf(':');
        return colon > Tcp.Length && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, null, out ushort port) && port > 0
            ? ForHost(text[Tcp.Length..colon].Trim('[', ']'), port)
            : throw new FormatException("a TCP socket is tcp:HOST:PORT");
    }

    /// <inheritdoc/>
    public override string ToString() => Domain is not null ? Libvirt + Domain : Path ?? $"tcp:{Host}:{Port}";

    /// <summary>A connected socket.</summary>
    internal Socket Connect(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (Domain is not null)
        {
            throw new QmpException($"'{this}' has no socket of its own");
        }

        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return ConnectOnce(timeout, cancellationToken);
            }
            catch (QmpException busy) when (busy.InnerException is SocketException { SocketErrorCode: SocketError.WouldBlock })
            {
                // Other clients already wait for QEMU's one connection. There is room when one of them leaves.
                if (Stopwatch.GetElapsedTime(start) > timeout)
                {
                    throw new QmpException($"'{this}' is in use by another client, and more wait for it", busy);
                }

                cancellationToken.ThrowIfCancellationRequested();
                Thread.Sleep(BusyPause);
            }
        }
    }

    private Socket ConnectOnce(TimeSpan timeout, CancellationToken cancellationToken)
    {
        Socket socket = Path is not null ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            ValueTask connected = Path is not null ? socket.ConnectAsync(new UnixDomainSocketEndPoint(Path), limit.Token)
                : socket.ConnectAsync(Host!, Port, limit.Token);
            connected.AsTask().GetAwaiter().GetResult();
            return socket;
        }
        catch (Exception failure)
        {
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            string? reason = failure is SocketException refused ? Describe(refused)
                : failure is OperationCanceledException ? $"nobody took the connection within {timeout.TotalSeconds:0.#} seconds" : null;
            if (reason is not null)
            {
                throw new QmpException($"cannot connect to '{this}': {reason}", failure);
            }

            throw;
        }
    }

    private static string Describe(SocketException failure) => failure.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "nobody listens there",
        SocketError.AddressNotAvailable => "no such socket",
        SocketError.AccessDenied => "permission denied",
        _ => failure.Message,
    };
}
