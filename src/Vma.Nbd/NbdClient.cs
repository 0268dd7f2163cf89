// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using Vma.Nbd.Client;
using Vma.Nbd.Wire;

namespace Vma.Nbd;

/// <summary>
/// An export of an NBD server, as a disk to read and to write. Several threads may use it; their requests are under way at once on each connection.
/// </summary>
/// <remarks>
/// The client remembers the server's last answer about what is allocated until it writes itself. Where others write to the export at the same time, the
/// answer may be out of date.
/// </remarks>
public sealed partial class NbdClient : IBlockSource, IBlockTarget
{
    private readonly NbdClientOptions _options;
    private readonly ClientLinks _links;
    private readonly RemoteExport _export;
    private readonly Dictionary<string, StatusCache> _status;

    private NbdClient(ClientLink first, Connector? connector, string exportName, NbdClientOptions options)
    {
        _options = options;
        _links = new ClientLinks(first, connector, exportName, options);
        _export = first.Export;
        _status = _export.Contexts.Keys.ToDictionary(context => context, _ => new StatusCache());
        ExportName = exportName;
    }

    /// <summary>The export's name.</summary>
    public string ExportName { get; }

    /// <inheritdoc cref="IBlockSource.Length"/>
    public long Length => _export.Length;

    /// <summary>Whether writes are refused, by the server or by <see cref="NbdClientOptions.ReadOnly"/>.</summary>
    public bool IsReadOnly => _options.ReadOnly || _export.Has(TransmissionFlags.ReadOnly);

    /// <inheritdoc/>
    public bool ReadsAsZeroes => _options.ReadsAsZeroes;

    /// <summary>The metadata contexts that the server has, of base:allocation and <see cref="NbdClientOptions.MetaContexts"/>.</summary>
    public IReadOnlyCollection<string> MetaContexts => _status.Keys;

    /// <summary>Connects to a server and chooses an export.</summary>
    /// <exception cref="NbdException">The server cannot be reached, does not give the export, or breaks the protocol.</exception>
    /// <exception cref="IOException">A certificate cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static NbdClient Connect(NbdUri uri, NbdClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(uri);
        options ??= new NbdClientOptions();
        var connector = new Connector(uri, options);
        return new NbdClient(connector.Connect(ClientLinks.Go(uri.ExportName, options), cancellationToken), connector, uri.ExportName, options);
    }

    /// <summary>Chooses an export over a connected socket, which this client disposes, also when it fails. TLS is used where the options have it.</summary>
    /// <inheritdoc cref="Connect(NbdUri, NbdClientOptions?, CancellationToken)"/>
    public static NbdClient Connect(Socket connected, string exportName, NbdClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connected);
        return Connect(new Channel(connected), exportName, options, cancellationToken);
    }

    /// <summary>
    /// Chooses an export over a stream in both directions, which this client disposes, also when it fails. Disposing the stream must end a read that
    /// waits. TLS is used where the options have it.
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
                    RemoteExport? export = handshake.Inform(name);
                    exports.Add(new NbdExportInfo(name, description, export?.Length, export?.Has(TransmissionFlags.ReadOnly)));
                }

                handshake.Abort();
                channel.Dispose();
                return exports;
            },
            cancellationToken);
    }

    /// <summary>Says goodbye to the server and closes all connections. What other threads still wait for fails.</summary>
    public void Dispose() => _links.Dispose();

    private static NbdClient Connect(Channel channel, string exportName, NbdClientOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(exportName);
        options ??= new NbdClientOptions();
        string tlsHostName = options.TlsHostName ?? Connector.LocalHost;
        Func<Channel, ClientHandshake, ClientLink> go = ClientLinks.Go(exportName, options);
        ClientLink link = Connector.ShakeHands(channel, "the NBD server", options.Tls, tlsHostName, go, options, cancellationToken);
        return new NbdClient(link, connector: null, exportName, options);
    }

    private bool IsWhole(long offset, long length) => offset % _export.MinimumBlock == 0 && EndsOnBlock(offset + length);

    private bool EndsOnBlock(long end) => end == Length || end % _export.MinimumBlock == 0;

    private void CheckRange(long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (offset > Length - length)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, "The range is behind the end of the disk.");
        }
    }
}
