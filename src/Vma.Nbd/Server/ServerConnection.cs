// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using Vma.Nbd.Wire;

namespace Vma.Nbd.Server;

/// <summary>One client of a server, on a thread of its own. A thread that waits costs about 40 KiB.</summary>
internal sealed class ServerConnection(
    long number, Channel channel, IReadOnlyList<NbdExport> exports, ServerResources resources, CancellationToken cancellationToken)
{
    private string? _exportName;

    /// <summary>Starts serving; the connection's thread calls <paramref name="ended"/> at the end.</summary>
    public void Start(Action<ServerConnection> ended) =>
        new Thread(() => Run(ended), ServerResources.StackLength) { IsBackground = true, Name = $"NBD client {number}" }.Start();

    public void StopReceiving() => channel.StopReceiving();

    public void Abort() => channel.Abort();

    private void Run(Action<ServerConnection> ended)
    {
        try
        {
            if (ShakeHands(out ReceiveBuffer input) is { } session)
            {
                _exportName = session.Export.Name;
                channel.SetTimeouts(resources.Options.IdleTimeout, resources.Options.SendTimeout);
                channel.PollBriefly();
                using var transmission = new Transmission(number, channel, input, session, resources, cancellationToken);
                transmission.Run();
            }
        }
        catch (Exception failure)
        {
            // Whatever goes wrong with one client ends this client only.
            if (!cancellationToken.IsCancellationRequested && !IsGone(failure))
            {
                resources.Report(number, _exportName, failure.Message, failure);
            }
        }
        finally
        {
            channel.Dispose();
            ended(this);
        }
    }

    /// <summary>A client may go without a word.</summary>
    private static bool IsGone(Exception failure) =>
        failure.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown };

    private Session? ShakeHands(out ReceiveBuffer input)
    {
        var handshake = new ServerHandshake(channel, exports, resources.Options);

        // A limit on each call would let a client take its time byte by byte.
        using var deadline = new Timer(_ => channel.Abort(), null, resources.Options.HandshakeTimeout, Timeout.InfiniteTimeSpan);
        Session? session = handshake.Run();
        input = handshake.Input;
        return session;
    }
}
