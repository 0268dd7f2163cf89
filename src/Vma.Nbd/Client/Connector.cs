// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using Vma.Nbd.Wire;

namespace Vma.Nbd.Client;

/// <summary>Makes connections to one server, within the time that connecting may take.</summary>
internal sealed class Connector(NbdUri uri, NbdClientOptions options)
{
    /// <summary>Connects, shakes hands as <paramref name="shake"/> does, and closes the connection when that fails.</summary>
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
        catch (Exception fault) when (fault is SocketException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw NbdException.Lost($"cannot connect to {uri}: {Reason(fault)}", fault);
        }

        NbdTls? tls = uri.UsesTls ? options.Tls : null;
        using NbdTls? own = uri.UsesTls && tls is null ? LoadTls() : null;
        return Shake(new Channel(socket), uri.ToString(), tls ?? own, uri.TlsHostName ?? options.TlsHostName ?? uri.Host ?? "localhost", shake, options, cancellationToken);
    }

    public static T Shake<T>(Channel channel, string peer, NbdTls? tls, string tlsHostName, Func<Channel, ClientHandshake, T> shake, NbdClientOptions options, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.ConnectTimeout);
        using CancellationTokenRegistration cut = deadline.Token.UnsafeRegister(static channel => ((Channel)channel!).Abort(), channel);
        try
        {
            ClientHandshake handshake = new(channel);
            handshake.Begin(tls, tlsHostName);
            T result = shake(channel, handshake);
            if (cut.Unregister())
            {
                return result;
            }

            (result as IDisposable)?.Dispose();
            throw new EndOfStreamException("the connection was cut");
        }
        catch (Exception fault)
        {
            channel.Dispose();
            if (deadline.IsCancellationRequested)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw NbdException.Lost($"{peer}: the server does not finish the handshake in time", fault);
            }

            if (fault is NbdException nbd)
            {
                throw new NbdException($"{peer}: {nbd.Message}", nbd);
            }

            if (fault is IOException or ObjectDisposedException)
            {
                throw NbdException.Lost($"{peer}: the handshake failed: {fault.Message}", fault);
            }

            throw;
        }
    }

    private static string Reason(Exception fault) => fault switch
    {
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => "there is no such address or socket",
        SocketException => fault.Message,
        _ => "it takes too long",
    };

    private NbdTls LoadTls() => uri.TlsDirectory is { } directory ? NbdTls.LoadClient(directory) : NbdTls.ForSystemAuthorities();

    private Socket Open(CancellationToken cancellationToken)
    {
        if (uri.SocketPath is { } path)
        {
            Socket local = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            return Opened(local, () => local.ConnectAsync(UnixSocketFile.Address(path), cancellationToken).AsTask());
        }

        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        return Opened(socket, () => socket.ConnectAsync(uri.Host!, uri.Port, cancellationToken).AsTask());
    }

    private static Socket Opened(Socket socket, Func<Task> connect)
    {
        try
        {
            connect().GetAwaiter().GetResult();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
