// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using System.Net;
using Vma.Failures;
using Vma.Nbd.Server;
using Vma.Nbd.Wire;

namespace Vma.Nbd;

/// <summary>
/// Gives disks to NBD clients, over unix sockets, TCP, or sockets that are connected already. Each connection has a thread; a damaged
/// disk, a hostile client or one that stops reading hurts no other. All members may be called from several threads.
/// </summary>
public sealed class NbdServer : IDisposable
{
    private readonly Lock _gate = new();
    private readonly IReadOnlyList<NbdExport> _exports;
    private readonly ServerConnections _connections;
    private readonly List<ServerListener> _listeners = [];
    private bool _isStopped;
    private bool _isDisposed;

    /// <summary>A server of exports with different names. A client that asks for the empty name gets the only export, where there is one.</summary>
    /// <exception cref="ArgumentException">Two exports have one name.</exception>
    public NbdServer(IEnumerable<NbdExport> exports, NbdServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(exports);
        _exports = [.. exports];
        ArgumentException.ThrowIf(_exports.DistinctBy(export => export.Name).Count() < _exports.Count, "Two exports have one name.", nameof(exports));

        _connections = new ServerConnections(_exports, new ServerResources(options ?? new NbdServerOptions()));
    }

    internal int OpenConnections => _connections.Open;

    internal long AcceptedConnections => _connections.Accepted;

    /// <summary>
    /// Listens on a unix socket, which only the process's user may use. A socket that a killed process left is replaced; one that another process
    /// listens on is not. The server removes the file when it stops.
    /// </summary>
    /// <exception cref="IOException">The socket cannot be made; the message says why.</exception>
    /// <exception cref="InvalidOperationException">The server has stopped.</exception>
    public void Listen(string socketPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(socketPath);
        UnixSocketFile file = UnixSocketFile.Listen(socketPath);
        Listen(file.Socket, file.Remove);
    }

    /// <summary>Listens on a TCP address. The result has the port where 0 was asked for.</summary>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    /// <exception cref="InvalidOperationException">The server has stopped.</exception>
    public IPEndPoint Listen(IPEndPoint address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // What the framework calls ReuseAddress would let two servers share the port.
            socket.Bind(address);
            socket.Listen();
            var bound = (IPEndPoint)socket.LocalEndPoint!;
            Listen(socket);
            return bound;
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            throw new IOException($"Cannot listen on {address}: {failure.Message}", failure);
        }
    }

    /// <summary>Accepts connections from a socket that listens already, as systemd hands it over. The server disposes it.</summary>
    /// <exception cref="InvalidOperationException">The server has stopped.</exception>
    public void Listen(Socket listening)
    {
        ArgumentNullException.ThrowIfNull(listening);
        Listen(listening, remove: null);
    }

    private void Listen(Socket listening, Action? remove)
    {
        var listener = new ServerListener(listening, _connections.Take, remove);
        lock (_gate)
        {
            if (!_isStopped)
            {
                _listeners.Add(listener);
                listener.Start();
                return;
            }
        }

        listener.Dispose();
        throw new InvalidOperationException("The server has stopped.");
    }

    /// <summary>Serves a client that is connected already, as over a socket pair, and returns at once. The server disposes the socket.</summary>
    /// <exception cref="InvalidOperationException">The server has stopped, or has all the connections that it may have.</exception>
    public void Serve(Socket connected)
    {
        ArgumentNullException.ThrowIfNull(connected);
        if (!_connections.TryServe(connected))
        {
            connected.Dispose();
            throw new InvalidOperationException("The server has stopped, or has too many connections.");
        }
    }

    /// <summary>Waits until no client is connected; false when one still is after <paramref name="timeout"/>.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public bool WaitUntilIdle(TimeSpan timeout, CancellationToken cancellationToken = default) => _connections.WaitUntilIdle(timeout, cancellationToken);

    /// <summary>
    /// Takes no more clients or requests, and waits until all requests are answered; after <paramref name="timeout"/> the server cuts the connections.
    /// Returns whether it had to cut none.
    /// </summary>
    public bool Stop(TimeSpan timeout)
    {
        ServerListener[] listeners;
        lock (_gate)
        {
            _isStopped = true;
            listeners = [.. _listeners];
            _listeners.Clear();
        }

        Array.ForEach(listeners, listener => listener.Dispose());
        return _connections.Stop(timeout);
    }

    /// <summary>Cuts all connections, and disposes the disks that exports own.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        Stop(TimeSpan.Zero);
        _connections.Dispose();
        foreach (NbdExport export in _exports.Where(export => export.OwnsDisks))
        {
            export.Source?.Dispose();
            if (!ReferenceEquals(export.Source, export.Target))
            {
                export.Target?.Dispose();
            }
        }
    }
}
