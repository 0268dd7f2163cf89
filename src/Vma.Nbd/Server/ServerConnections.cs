// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Net.Sockets;
using Vma.Nbd.Wire;

namespace Vma.Nbd.Server;

/// <summary>The clients of a server, from the accepted socket until all that they asked for is done. Thread-safe.</summary>
internal sealed class ServerConnections(IReadOnlyList<NbdExport> exports, ServerResources resources) : IDisposable
{
    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(30);

    private readonly object _gate = new();
    private readonly HashSet<ServerConnection> _open = [];
    private readonly CancellationTokenSource _aborting = new();
    private long _accepted;
    private bool _isClosed;

    public int Open
    {
        get
        {
            lock (_gate)
            {
                return _open.Count;
            }
        }
    }

    /// <summary>The connections since the beginning; refused ones do not count.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Serves a client that a listener accepted, or closes the socket.</summary>
    public void Take(Socket client)
    {
        if (!TryServe(client))
        {
            client.Dispose();
            resources.Report(0, null, $"a client was refused, or gone already; {Open} are connected", null);
        }
    }

    /// <summary>Serves a client; false when no more clients are taken, or it has gone already.</summary>
    public bool TryServe(Socket client)
    {
        Channel channel;
        try
        {
            channel = new Channel(client);
        }
        catch (SocketException)
        {
            return false;
        }

        ServerConnection connection;
        lock (_gate)
        {
            if (_isClosed || _open.Count >= resources.Options.MaxConnections)
            {
                return false;
            }

            connection = new ServerConnection(Interlocked.Increment(ref _accepted), channel, exports, resources, _aborting.Token);
            _open.Add(connection);
        }

        try
        {
            connection.Start(Remove);
            return true;
        }
        catch (OutOfMemoryException)
        {
            // The system has no more threads.
            Remove(connection);
            return false;
        }
    }

    /// <summary>Waits until no client is connected; false when one still is after <paramref name="timeout"/>.</summary>
    public bool WaitUntilIdle(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        using CancellationTokenRegistration wake = cancellationToken.Register(() =>
        {
            lock (_gate)
            {
                Monitor.PulseAll(_gate);
            }
        });
        long start = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            while (_open.Count > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                TimeSpan rest = timeout == Timeout.InfiniteTimeSpan ? timeout : timeout - Stopwatch.GetElapsedTime(start);
                if ((rest <= TimeSpan.Zero && rest != Timeout.InfiniteTimeSpan) || !Monitor.Wait(_gate, rest))
                {
                    return _open.Count == 0;
                }
            }

            return true;
        }
    }

    /// <summary>Takes no more clients or requests, and cuts what is not done after <paramref name="timeout"/>. True when nothing was cut.</summary>
    public bool Stop(TimeSpan timeout)
    {
        Close(connection => connection.StopReceiving());
        bool clean = WaitUntilIdle(timeout);
        if (!clean)
        {
            _aborting.Cancel();
            Close(connection => connection.Abort());
            WaitUntilIdle(LastWait);
        }

        return clean;
    }

    public void Dispose() => _aborting.Dispose();

    private void Close(Action<ServerConnection> end)
    {
        ServerConnection[] open;
        lock (_gate)
        {
            _isClosed = true;
            open = [.. _open];
        }

        Array.ForEach(open, end);
    }

    private void Remove(ServerConnection connection)
    {
        lock (_gate)
        {
            _open.Remove(connection);
            Monitor.PulseAll(_gate);
        }
    }
}
