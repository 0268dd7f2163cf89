// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using System.Security.Authentication;
using Vma.Failures;

namespace Vma.Nbd.Wire;

/// <summary>
/// The bytes to and from a peer: a blocking socket, or a stream over one. One thread receives and one sends at a time.
/// </summary>
internal sealed class Channel : IDisposable
{
    private const int LocalSendBuffer = 1 << 20;

    private readonly Socket? _socket;
    private Stream? _stream;
    private BriefPoll? _poll;

    public Channel(Socket socket)
    {
        _socket = socket;
        socket.Blocking = true;
        if (socket.AddressFamily is AddressFamily.Unix)
        {
            // The system's default holds less than one request of most peers.
            socket.SendBufferSize = LocalSendBuffer;
        }
        else if (socket.ProtocolType == ProtocolType.Tcp)
        {
            socket.NoDelay = true;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        }
    }

    public Channel(Stream stream) => _stream = stream;

    /// <summary>Wraps what is sent and received from now on in TLS.</summary>
    /// <exception cref="NbdException">The peer does not agree.</exception>
    public void StartTls(Func<Stream, Stream> authenticate, string peer)
    {
        _stream = Attempt.Or(
            () => authenticate(_stream ?? new NetworkStream(_socket!, ownsSocket: false)),
            (AuthenticationException wrong) => throw new NbdException($"TLS with the {peer} failed: {wrong.InnerException?.Message ?? wrong.Message}", wrong));
    }

    /// <summary>How long one call waits for the peer to send or to take bytes; infinite where it is <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    public void SetTimeouts(TimeSpan receive, TimeSpan send)
    {
        if (_socket is not null)
        {
            _socket.ReceiveTimeout = Milliseconds(receive);
            _socket.SendTimeout = Milliseconds(send);
        }
        else if (_stream!.CanTimeout)
        {
            _stream.ReadTimeout = receive == Timeout.InfiniteTimeSpan ? Timeout.Infinite : Milliseconds(receive);
            _stream.WriteTimeout = send == Timeout.InfiniteTimeSpan ? Timeout.Infinite : Milliseconds(send);
        }
    }

    /// <summary>From here on the receiving thread sleeps only when the peer takes its time. Does nothing for a stream.</summary>
    public void PollBriefly() => _poll = _stream is null ? new BriefPoll() : null;

    /// <summary>Receives some bytes; 0 when the peer sends no more.</summary>
    /// <exception cref="IOException">It failed, whatever the stream throws then.</exception>
    public int Receive(Span<byte> buffer)
    {
        try
        {
            if (_stream is { } stream)
            {
                return stream.Read(buffer);
            }

            _poll?.Begin(_socket!);
            int received = _socket!.Receive(buffer);
            _poll?.End();
            return received;
        }
        catch (Exception failure) when (failure is not IOException)
        {
            throw Failed(failure, "the peer sent nothing for too long");
        }
    }

    /// <summary>Sends all of the data.</summary>
    /// <exception cref="IOException">It failed, whatever the stream throws then.</exception>
    public void Send(ReadOnlySpan<byte> data)
    {
        try
        {
            if (_stream is { } stream)
            {
                stream.Write(data);
                return;
            }

            while (data.Length > 0)
            {
                data = data[_socket!.Send(data)..];
            }
        }
        catch (Exception failure) when (failure is not IOException)
        {
            throw Failed(failure, "the peer took no bytes for too long");
        }
    }

    /// <summary>Ends all waiting for more requests: the peer seems to send no more. What was asked can still be answered.</summary>
    public void StopReceiving() => Shutdown(SocketShutdown.Receive);

    /// <summary>Ends all that is under way, from any thread.</summary>
    public void Abort()
    {
        if (_socket is null)
        {
            CloseStream();
        }

        Shutdown(SocketShutdown.Both);
    }

    public void Dispose()
    {
        CloseStream();
        _socket?.Dispose();
    }

    private static IOException Failed(Exception failure, string timedOut) =>
        new(failure is SocketException { SocketErrorCode: SocketError.TimedOut or SocketError.WouldBlock } ? timedOut : failure.Message, failure);

    private static int Milliseconds(TimeSpan time) =>
        time == Timeout.InfiniteTimeSpan ? 0 : (int)Math.Clamp(Math.Ceiling(time.TotalMilliseconds), 1, int.MaxValue);

    /// <summary>It fails when there is a last word, of TLS or out of a buffer, to a peer that is gone.</summary>
    private void CloseStream() => Attempt.Quietly<Exception>(() => _stream?.Dispose());

    /// <summary>It fails when the socket is down already.</summary>
    private void Shutdown(SocketShutdown how) =>
        Attempt.Quietly(() => _socket?.Shutdown(how), failure => failure is SocketException or ObjectDisposedException);
}
