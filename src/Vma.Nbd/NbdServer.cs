// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Vma.Nbd.Server;
using Vma.Nbd.Wire;

namespace Vma.Nbd;

/// <summary>
/// Gives disks to NBD clients, over unix sockets, TCP, or sockets that are connected already. Each connection has a thread; a damaged
/// disk, a hostile client or one that stops reading hurts no other. All members may be called from several threads.
/// </summary>
public sealed class NbdServer : IDisposable
{
    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(30);

    private readonly object _lock = new();
    private readonly IReadOnlyList<NbdExport> _exports;
    private readonly ServerResources _resources;
    private readonly HashSet<ServerConnection> _connections = [];
    private readonly List<ServerListener> _listeners = [];
    private readonly CancellationTokenSource _aborting = new();
    private long _accepted;
    private bool _stopped;
    private bool _disposed;

    /// <summary>A server of exports with different names. A client that asks for the empty name gets the only one where there is one.</summary>
    /// <exception cref="ArgumentException">Two exports have one name.</exception>
    public NbdServer(IEnumerable<NbdExport> exports, NbdServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(exports);
        _exports = [.. exports];
        if (_exports.DistinctBy(export => export.Name).Count() < _exports.Count)
        {
            throw new ArgumentException("Two exports have one name.", nameof(exports));
        }

        _resources = new ServerResources(options ?? new NbdServerOptions());
    }

    /// <summary>A client has chosen an export. Called on its thread, before it is served.</summary>
    public event EventHandler<NbdConnectionEventArgs>? Connected;

    /// <summary>A client that had chosen an export is gone, and all it asked for is done.</summary>
    public event EventHandler<NbdConnectionEventArgs>? Disconnected;

    /// <summary>The exports.</summary>
    public IReadOnlyList<NbdExport> Exports => _exports;

    /// <summary>The connections that are open now, those in the handshake included.</summary>
    public int OpenConnections
    {
        get
        {
            lock (_lock)
            {
                return _connections.Count;
            }
        }
    }

    /// <summary>The connections since the beginning, those that were refused not counted.</summary>
    public long TotalConnections
    {
        get
        {
            lock (_lock)
            {
                return _accepted;
            }
        }
    }

    /// <summary>
    /// Listens on a unix socket, which only the process's user may use. A socket that a killed process left is replaced, one that somebody
    /// listens on is not. The file is removed when the server stops.
    /// </summary>
    /// <exception cref="IOException">The socket cannot be made; the message says why.</exception>
    /// <exception cref="InvalidOperationException">The server has stopped.</exception>
    public void Listen(string socketPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(socketPath);
        Add(new ServerListener(UnixSocketFile.Listen(socketPath), Take));
    }

    /// <summary>Listens on a TCP address. The result has the port where 0 was asked for.</summary>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    /// <exception cref="InvalidOperationException">The server has stopped.</exception>
    public IPEndPoint Listen(IPEndPoint address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // What the framework calls ReuseAddress would let two servers share the port.
            socket.Bind(address);
            socket.Listen();
            IPEndPoint bound = (IPEndPoint)socket.LocalEndPoint!;
            Add(new ServerListener(socket, Take));
            return bound;
        }
        catch (SocketException fault)
        {
            socket.Dispose();
            throw new IOException($"Cannot listen on {address}: {fault.Message}", fault);
        }
    }

    /// <summary>Accepts connections from a socket that listens already, as systemd hands it over. The server disposes it.</summary>
    /// <exception cref="InvalidOperationException">The server has stopped.</exception>
    public void Listen(Socket listening)
    {
        ArgumentNullException.ThrowIfNull(listening);
        Add(new ServerListener(listening, Take));
    }

    /// <summary>Serves a client that is connected already, as over a socket pair, and returns at once. The server disposes the socket.</summary>
    /// <exception cref="InvalidOperationException">The server has stopped, or has all the connections that it may have.</exception>
    public void Serve(Socket connected)
    {
        ArgumentNullException.ThrowIfNull(connected);
        if (!Begin(connected))
        {
            connected.Dispose();
            throw new InvalidOperationException("The server has stopped, or has too many connections.");
        }
    }

    /// <summary>Waits until no client is connected; false when one still is after <paramref name="timeout"/>.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public bool WaitUntilIdle(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        using CancellationTokenRegistration wake = cancellationToken.Register(() =>
        {
            lock (_lock)
            {
                Monitor.PulseAll(_lock);
            }
        });
        long start = Stopwatch.GetTimestamp();
        lock (_lock)
        {
            while (_connections.Count > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                TimeSpan rest = timeout == Timeout.InfiniteTimeSpan ? timeout : timeout - Stopwatch.GetElapsedTime(start);
                if ((rest <= TimeSpan.Zero && rest != Timeout.InfiniteTimeSpan) || !Monitor.Wait(_lock, rest))
                {
                    return _connections.Count == 0;
                }
            }

            return true;
        }
    }

    /// <summary>
    /// Takes no more clients or requests, and waits until what was asked for is answered; after <paramref name="timeout"/> connections are cut.
    /// Returns whether none had to be.
    /// </summary>
    public bool Stop(TimeSpan timeout)
    {
        CloseListeners();
        ForEachConnection(connection => connection.StopReceiving());
        bool clean = WaitUntilIdle(timeout);
        if (!clean)
        {
            _aborting.Cancel();
            ForEachConnection(connection => connection.Abort());
            WaitUntilIdle(LastWait);
        }

        return clean;
    }

    /// <summary>Cuts all connections, and disposes what the exports own.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        Stop(TimeSpan.Zero);
        _aborting.Dispose();
        foreach (NbdExport export in _exports.Where(export => export.OwnsDisks))
        {
            export.Source?.Dispose();
            if (!ReferenceEquals(export.Source, export.Target))
            {
                export.Target?.Dispose();
            }
        }
    }

    private void Add(ServerListener listener)
    {
        lock (_lock)
        {
            if (!_stopped)
            {
                _listeners.Add(listener);
                listener.Start();
                return;
            }
        }

        listener.Dispose();
        throw new InvalidOperationException("The server has stopped.");
    }

    private void CloseListeners()
    {
        ServerListener[] listeners;
        lock (_lock)
        {
            _stopped = true;
            listeners = [.. _listeners];
            _listeners.Clear();
        }

        foreach (ServerListener listener in listeners)
        {
            listener.Dispose();
        }
    }

    private void ForEachConnection(Action<ServerConnection> action)
    {
        ServerConnection[] connections;
        lock (_lock)
        {
            connections = [.. _connections];
        }

        Array.ForEach(connections, action);
    }

    private void Take(Socket client)
    {
        if (!Begin(client))
        {
            client.Dispose();
            _resources.Report(0, null, $"a client was refused, or gone already; {OpenConnections} are connected", null);
        }
    }

    private bool Begin(Socket client)
    {
        Channel channel;
        try
        {
            channel = new Channel(client);
        }
        catch (SocketException)
        {
            // It went before it came.
            return false;
        }

        ServerConnection connection;
        lock (_lock)
        {
            if (_stopped || _connections.Count >= _resources.Options.MaxConnections)
            {
                return false;
            }

            connection = new ServerConnection(++_accepted, PeerOf(client), channel, _exports, _resources, _aborting.Token);
            _connections.Add(connection);
        }

        try
        {
            connection.Start(Choose, End);
            return true;
        }
        catch (OutOfMemoryException)
        {
            // No thread is to be had.
            Remove(connection);
            return false;
        }
    }

    private void Choose(ServerConnection connection) =>
        Connected?.Invoke(this, new NbdConnectionEventArgs(connection.Number, connection.Peer, connection.ExportName!, error: null));

    private void End(ServerConnection connection, Exception? error)
    {
        try
        {
            if (connection.ExportName is { } export)
            {
                Disconnected?.Invoke(this, new NbdConnectionEventArgs(connection.Number, connection.Peer, export, error));
            }
        }
        catch (Exception fault)
        {
            _resources.Report(connection.Number, connection.ExportName, fault.Message, fault);
        }
        finally
        {
            Remove(connection);
        }
    }

    private void Remove(ServerConnection connection)
    {
        lock (_lock)
        {
            _connections.Remove(connection);
            Monitor.PulseAll(_lock);
        }
    }

    private static string PeerOf(Socket client)
    {
        try
        {
            return client.RemoteEndPoint is IPEndPoint address ? address.ToString() : "unix socket";
        }
        catch (SocketException)
        {
            return "gone";
        }
    }
}
