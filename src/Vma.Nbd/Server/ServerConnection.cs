// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using Vma.Nbd.Wire;

namespace Vma.Nbd.Server;

/// <summary>One client of a server, on a thread of its own. A thread that waits costs a page or two of its stack.</summary>
internal sealed class ServerConnection(long number, string peer, Channel channel, IReadOnlyList<NbdExport> exports, ServerResources resources, CancellationToken cancellationToken)
{
    private const int StackLength = 512 << 10;

    public long Number { get; } = number;

    public string Peer { get; } = peer;

    public string? ExportName { get; private set; }

    /// <summary>Starts serving; <paramref name="chosen"/> is told when the client has an export, <paramref name="ended"/> at the end.</summary>
    public void Start(Action<ServerConnection> chosen, Action<ServerConnection, Exception?> ended) =>
        new Thread(() => Run(chosen, ended), StackLength) { IsBackground = true, Name = $"NBD client {Number}" }.Start();

    public void StopReceiving() => channel.StopReceiving();

    public void Abort() => channel.Abort();

    private void Run(Action<ServerConnection> chosen, Action<ServerConnection, Exception?> ended)
    {
        Exception? error = null;
        try
        {
            if (Shake(out ReceiveBuffer input) is { } session)
            {
                ExportName = session.Export.Name;
                channel.SetTimeouts(resources.Options.IdleTimeout, resources.Options.SendTimeout);
                channel.PollBriefly();
                chosen(this);
                using Transmission transmission = new(Number, channel, input, session, resources, cancellationToken);
                transmission.Run();
            }
        }
        catch (Exception fault)
        {
            // Whatever goes wrong with one client ends this client only.
            error = fault;
            if (!cancellationToken.IsCancellationRequested && !IsGone(fault))
            {
                resources.Report(Number, ExportName, fault.Message, fault);
            }
        }
        finally
        {
            channel.Dispose();
            ended(this, error);
        }
    }

    /// <summary>A client may go without a word.</summary>
    private static bool IsGone(Exception fault) =>
        fault.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown };

    private Session? Shake(out ReceiveBuffer input)
    {
        NbdServerOptions options = resources.Options;
        ServerHandshake handshake = new(channel, exports, options);

        // A limit on each call would let a client take its time byte by byte.
        using Timer deadline = new(_ => channel.Abort(), null, options.HandshakeTimeout, Timeout.InfiniteTimeSpan);
        Session? session = handshake.Run();
        input = handshake.Input;
        return session;
    }
}
