// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using Vma.Failures;
using Vma.Nbd.Wire;

namespace Vma.Nbd.Client;

/// <summary>Makes connections to one server, within the time that connecting may take.</summary>
internal sealed class Connector(NbdUri uri, NbdClientOptions options)
{
    /// <summary>The name in a certificate for a server that is reached without a host's name.</summary>
    public const string LocalHost = "localhost";

    /// <summary>Connects, and has <paramref name="shake"/> do the rest of the handshake; closes the connection when that fails.</summary>
    /// <exception cref="NbdException">The server cannot be reached, does not answer in time or breaks the protocol.</exception>
    public T Connect<T>(Func<Channel, ClientHandshake, T> shake, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.ConnectTimeout);
        Socket socket;
        try
        {
            socket = Open(deadline.Token);
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw NbdException.Lost($"cannot connect to {uri}: {Reason(failure)}", failure);
        }

        NbdTls? tls = uri.UsesTls ? options.Tls : null;
        using NbdTls? own = uri.UsesTls && tls is null ? LoadTls() : null;
        string tlsHostName = uri.TlsHostName ?? options.TlsHostName ?? uri.Host ?? LocalHost;
        return ShakeHands(new Channel(socket), uri.ToString(), tls ?? own, tlsHostName, shake, options, cancellationToken);
    }

    /// <summary>Shakes hands over a channel to a server that is called <paramref name="peer"/> in errors; disposes the channel when that fails.</summary>
    /// <exception cref="NbdException">The server does not answer in time or breaks the protocol.</exception>
    public static T ShakeHands<T>(
        Channel channel,
        string peer,
        NbdTls? tls,
        string tlsHostName,
        Func<Channel, ClientHandshake, T> shake,
        NbdClientOptions options,
        CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.ConnectTimeout);
        using CancellationTokenRegistration cut = deadline.Token.UnsafeRegister(static channel => ((Channel)channel!).Abort(), channel);
        try
        {
            var handshake = new ClientHandshake(channel);
            handshake.Begin(tls, tlsHostName);
            T result = shake(channel, handshake);
            if (cut.Unregister())
            {
                return result;
            }

            (result as IDisposable)?.Dispose();
            throw new EndOfStreamException("the connection was cut");
        }
        catch (Exception failure)
        {
            channel.Dispose();
            if (deadline.IsCancellationRequested)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw NbdException.Lost($"{peer}: the server does not finish the handshake in time", failure);
            }

            if (failure is NbdException known)
            {
                throw new NbdException($"{peer}: {known.Message}", known);
            }

            if (failure is IOException or ObjectDisposedException)
            {
                throw NbdException.Lost($"{peer}: the handshake failed: {failure.Message}", failure);
            }

            throw;
        }
    }

    private static string Reason(Exception failure) => failure switch
    {
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => "there is no such address or socket",
        SocketException => failure.Message,
        _ => "it takes too long",
    };

    private NbdTls LoadTls() => uri.TlsDirectory is { } directory ? NbdTls.LoadClient(directory) : NbdTls.ForSystemAuthorities();

    private Socket Open(CancellationToken cancellationToken)
    {
        var socket = uri.SocketPath is null
            ? new Socket(SocketType.Stream, ProtocolType.Tcp)
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        return Attempt.Into(socket, connecting =>
        {
            ValueTask connected = uri.SocketPath is { } path
                ? connecting.ConnectAsync(UnixSocketFile.Address(path), cancellationToken)
                : connecting.ConnectAsync(uri.Host!, uri.Port, cancellationToken);
            connected.AsTask().GetAwaiter().GetResult();
            return connecting;
        });
    }
}
