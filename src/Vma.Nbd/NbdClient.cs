// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Net.Sockets;
using Vma.Nbd.Client;
using Vma.Nbd.Server;
using Vma.Nbd.Wire;

namespace Vma.Nbd;

/// <summary>
/// An export of an NBD server, as a disk to read and to write. Requests of several threads are under way at once on each connection.
/// </summary>
/// <remarks>
/// What is allocated is remembered from the last answer, until this client writes. Where others write to the export at the same time, it may
/// be out of date.
/// </remarks>
public sealed partial class NbdClient : IBlockSource, IBlockTarget
{
    private static readonly TimeSpan ReconnectPause = TimeSpan.FromMilliseconds(250);

    private readonly Connector? _connector;
    private readonly NbdClientOptions _options;
    private readonly object _lock = new();
    private readonly ClientLink?[] _links;
    private readonly Dictionary<string, StatusCache> _status;
    private readonly ServerExport _export;
    private readonly int _largest;
    private bool _disposed;

    private NbdClient(ClientLink first, string exportName, NbdClientOptions options, Connector? connector)
    {
        _connector = connector;
        _options = options;
        _export = first.Export;
        ExportName = exportName;
        _links = new ClientLink?[connector is not null && _export.Has(TransmissionFlags.CanMultiConnect) ? options.Connections : 1];
        _links[0] = first;
        _status = _export.Contexts.Keys.ToDictionary(context => context, _ => new StatusCache());
        int limit = Math.Min(_export.MaximumRequest, options.MaxRequestSize);
        _largest = limit - (limit % _export.MinimumBlock);
    }

    /// <summary>The export's name.</summary>
    public string ExportName { get; }

    /// <inheritdoc cref="IBlockSource.Length"/>
    public long Length => _export.Length;

    /// <summary>Whether the export cannot be written, or is not to be.</summary>
    public bool IsReadOnly => _options.ReadOnly || _export.Has(TransmissionFlags.ReadOnly);

    /// <inheritdoc/>
    public bool ReadsAsZeroes => _options.ReadsAsZeroes;

    /// <summary>Whether the server says that it takes several connections.</summary>
    public bool CanMultiConnect => _export.Has(TransmissionFlags.CanMultiConnect);

    /// <summary>The smallest piece that the server reads and writes, in bytes; this client makes whole pieces of what is asked.</summary>
    public int MinimumBlockSize => _export.MinimumBlock;

    /// <summary>The metadata contexts that the server agreed to: base:allocation where it can, and those of <see cref="NbdClientOptions.MetaContexts"/> that it has.</summary>
    public IReadOnlyCollection<string> MetaContexts => _status.Keys;

    /// <summary>Connects to a server and chooses an export.</summary>
    /// <exception cref="NbdException">The server cannot be reached, does not give the export, or breaks the protocol.</exception>
    /// <exception cref="IOException">A certificate cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static NbdClient Connect(NbdUri uri, NbdClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(uri);
        options ??= new NbdClientOptions();
        Connector connector = new(uri, options);
        return new NbdClient(connector.Connect(Go(uri.ExportName, options), cancellationToken), uri.ExportName, options, connector);
    }

    /// <summary>Chooses an export over a connected socket, which this client disposes, also when it fails. TLS is used where the options have it.</summary>
    /// <inheritdoc cref="Connect(NbdUri, NbdClientOptions?, CancellationToken)"/>
    public static NbdClient Connect(Socket connected, string exportName, NbdClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connected);
        return Connect(new Channel(connected), exportName, options, cancellationToken);
    }

    /// <summary>
    /// Chooses an export over a stream in both directions, which this client disposes, also when it fails. Disposing it must end a read that
    /// waits.
    /// </summary>
    /// <inheritdoc cref="Connect(Socket, string, NbdClientOptions?, CancellationToken)"/>
    public static NbdClient Connect(Stream stream, string exportName, NbdClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Connect(new Channel(stream), exportName, options, cancellationToken);
    }

    /// <summary>The exports that a server lists; the URI's export name does not matter.</summary>
    /// <exception cref="NbdException">The server cannot be reached, does not list its exports, or breaks the protocol.</exception>
    /// <exception cref="IOException">A certificate cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IReadOnlyList<NbdExportInfo> List(NbdUri uri, NbdClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(uri);
        return new Connector(uri, options ?? new NbdClientOptions()).Connect(
            (channel, handshake) =>
            {
                List<NbdExportInfo> exports = [];
                foreach ((string name, string description) in handshake.List())
                {
                    ServerExport? export = handshake.Inform(name);
                    exports.Add(new NbdExportInfo(name, description, export?.Length, export?.Has(TransmissionFlags.ReadOnly)));
                }

                handshake.Abort();
                channel.Dispose();
                return exports;
            },
            cancellationToken);
    }

    /// <summary>Says goodbye to the server and closes all connections. What other threads still wait for fails.</summary>
    public void Dispose()
    {
        ClientLink?[] links;
        lock (_lock)
        {
            _disposed = true;
            links = [.. _links];
            Array.Clear(_links);
        }

        foreach (ClientLink? link in links)
        {
            link?.Dispose();
        }
    }

    private static NbdClient Connect(Channel channel, string exportName, NbdClientOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(exportName);
        options ??= new NbdClientOptions();
        ClientLink link = Connector.Shake(channel, "the NBD server", options.Tls, options.TlsHostName ?? "localhost", Go(exportName, options), options, cancellationToken);
        return new NbdClient(link, exportName, options, connector: null);
    }

    private static Func<Channel, ClientHandshake, ClientLink> Go(string exportName, NbdClientOptions options) => (channel, handshake) =>
    {
        ServerExport export = handshake.Go(exportName, options.MetaContexts);
        return new ClientLink(channel, handshake.Input, export, options.RequestTimeout);
    };

    /// <summary>The connection with the least to do; another one is opened when all have something and more are allowed.</summary>
    private ClientLink Link(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            ClientLink? best = null;
            int empty = -1, load = int.MaxValue;
            for (int i = 0; i < _links.Length; i++)
            {
                if (_links[i] is not { IsBroken: false } link)
                {
                    empty = _links[i] is null || _options.ReconnectTimeout > TimeSpan.Zero ? i : empty;
                }
                else if (link.Load is int here && here < load)
                {
                    best = link;
                    load = here;
                }
            }

            if (_connector is null || empty < 0 || load == 0)
            {
                return best ?? _links[0]!;
            }

            try
            {
                return Open(empty, cancellationToken);
            }
            catch (NbdException) when (best is not null)
            {
                // A server may have a bound on connections. It goes without one more.
                return best;
            }
        }
    }

    private ClientLink Open(int index, CancellationToken cancellationToken)
    {
        _links[index]?.Dispose();
        _links[index] = null;
        ClientLink link = _connector!.Connect(Go(ExportName, _options), cancellationToken);
        if (link.Export.Length != _export.Length || link.Export.MinimumBlock > _export.MinimumBlock || link.Export.MaximumRequest < _largest)
        {
            link.Dispose();
            throw new NbdException("the export has changed since the client connected first");
        }

        return _links[index] = link;
    }

    /// <summary>Asks something that can be asked again when the connection broke.</summary>
    private void Retry(Request request, Span<byte> destination, string? context, List<(uint Length, uint Flags)>? extents, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                extents?.Clear();
                ClientLink link = Link(cancellationToken);
                uint number = 0;
                if (context is not null && !link.Export.Contexts.TryGetValue(context, out number))
                {
                    throw new NbdException($"the server has no '{context}' anymore");
                }

                link.Ask(request, destination, default, number, extents, cancellationToken);
                return;
            }
            catch (NbdException fault) when (fault.ConnectionLost && _connector is not null && !_disposed && Stopwatch.GetElapsedTime(start) < _options.ReconnectTimeout)
            {
                cancellationToken.WaitHandle.WaitOne(ReconnectPause);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }
}
