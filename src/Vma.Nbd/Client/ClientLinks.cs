// SPDX-License-Identifier: MIT

using System.Diagnostics;
using Vma.Nbd.Wire;

namespace Vma.Nbd.Client;

/// <summary>The connections of a client to one export: more are opened when all have something to do, and lost ones again. Thread-safe.</summary>
/// <param name="first">The connection to begin with.</param>
/// <param name="connector">Opens others; without it there can be none.</param>
/// <param name="exportName">The export that each chooses.</param>
/// <param name="options">How many there may be, and for how long lost ones are opened again.</param>
internal sealed class ClientLinks(ClientLink first, Connector? connector, string exportName, NbdClientOptions options) : IDisposable
{
    private static readonly TimeSpan ReconnectPause = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly ClientLink?[] _links =
        [first, .. new ClientLink?[connector is not null && first.Export.Has(TransmissionFlags.CanMultiConnect) ? options.Connections - 1 : 0]];

    private bool _isDisposed;

    /// <summary>What the server told over the first connection.</summary>
    public RemoteExport Export { get; } = first.Export;

    private bool CanReconnect => connector is not null && !_isDisposed;

    /// <summary>The end of a handshake that chooses an export.</summary>
    public static Func<Channel, ClientHandshake, ClientLink> Go(string exportName, NbdClientOptions options) => (channel, handshake) =>
        new ClientLink(channel, handshake.Input, handshake.Go(exportName, options.MetaContexts), options.RequestTimeout);

    /// <summary>Asks something that must not be asked twice.</summary>
    /// <exception cref="NbdException">The server answered with an error, or the connection broke.</exception>
    public void AskOnce(in Request request, ReadOnlySpan<byte> data, CancellationToken cancellationToken) =>
        Choose(cancellationToken).Ask(request, default, data, 0, null, cancellationToken);

    /// <summary>Asks something that can be asked again when the connection broke.</summary>
    /// <inheritdoc cref="AskOnce"/>
    public void Ask(in Request request, Span<byte> destination, string? context, List<NbdExtent>? extents, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                extents?.Clear();
                ClientLink link = Choose(cancellationToken);
                uint number = 0;
                if (context is not null && !link.Export.Contexts.TryGetValue(context, out number))
                {
                    throw new NbdException($"the server has no '{context}' anymore");
                }

                link.Ask(request, destination, default, number, extents, cancellationToken);
                return;
            }
            catch (NbdException failure) when (failure.ConnectionLost && CanReconnect && Stopwatch.GetElapsedTime(start) < options.ReconnectTimeout)
            {
                cancellationToken.WaitHandle.WaitOne(ReconnectPause);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    public void Dispose()
    {
        ClientLink?[] links;
        lock (_gate)
        {
            _isDisposed = true;
            links = [.. _links];
            Array.Clear(_links);
        }

        Array.ForEach(links, link => link?.Dispose());
    }

    /// <summary>The connection with the least to do; another one is opened when all have something and more are allowed.</summary>
    private ClientLink Choose(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            ClientLink? best = null;
            int empty = -1, load = int.MaxValue;
            for (int i = 0; i < _links.Length; i++)
            {
                if (_links[i] is not { IsBroken: false } link)
                {
                    empty = _links[i] is null || options.ReconnectTimeout > TimeSpan.Zero ? i : empty;
                }
                else if (link.Load is int here && here < load)
                {
                    best = link;
                    load = here;
                }
            }

            if (connector is null || empty < 0 || load == 0)
            {
                return best ?? _links[0]!;
            }

            try
            {
                return Open(empty, connector, cancellationToken);
            }
            catch (NbdException) when (best is not null)
            {
                // A server may have a bound on connections. The client goes on without one more.
                return best;
            }
        }
    }

    private ClientLink Open(int index, Connector opener, CancellationToken cancellationToken)
    {
        _links[index]?.Dispose();
        _links[index] = null;
        ClientLink link = opener.Connect(Go(exportName, options), cancellationToken);
        if (link.Export.Length != Export.Length || link.Export.MinimumBlock > Export.MinimumBlock || link.Export.MaximumRequest < Export.MaximumRequest)
        {
            link.Dispose();
            throw new NbdException("the export has changed since the client connected first");
        }

        return _links[index] = link;
    }
}
