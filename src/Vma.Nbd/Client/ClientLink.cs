// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using Vma.Nbd.Wire;

namespace Vma.Nbd.Client;

/// <summary>
/// One connection to a server. Any number of threads ask and wait; one thread receives, and gives each answer to the thread that asked. What breaks
/// the protocol breaks the connection, and fails all requests that wait.
/// </summary>
internal sealed unsafe class ClientLink : IDisposable
{
    private const int StackLength = 256 << 10;
    private const int CopiedData = 16 << 10;
    private static readonly TimeSpan AbandonPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan GoodbyePatience = TimeSpan.FromSeconds(5);

    private readonly Channel _channel;
    private readonly TimeSpan _timeout;
    private readonly Lock _sending = new();
    private readonly PendingRequests _pending = new();
    private readonly ReplyReader _reader;
    private readonly Thread _receiver;

    public ClientLink(Channel channel, ReceiveBuffer input, RemoteExport export, TimeSpan timeout)
    {
        _channel = channel;
        _timeout = timeout;
        Export = export;
        _channel.SetTimeouts(Timeout.InfiniteTimeSpan, timeout);
        _reader = new ReplyReader(input, export.Structured, _pending);
        _receiver = new Thread(Receive, StackLength) { IsBackground = true, Name = "NBD replies" };
        _receiver.Start();
    }

    public RemoteExport Export { get; }

    public bool IsBroken => _pending.IsBroken;

    /// <summary>How many requests wait for an answer.</summary>
    public int Load => _pending.Count;

    /// <summary>
    /// Asks and waits for the answer. A read fills <paramref name="destination"/>; a block status of <paramref name="context"/> fills
    /// <paramref name="extents"/>.
    /// </summary>
    /// <exception cref="NbdException">The server answered with an error, or the connection broke.</exception>
    public void Ask(
        Request request, Span<byte> destination, ReadOnlySpan<byte> data, uint context, List<NbdExtent>? extents, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        fixed (byte* memory = destination)
        {
            PendingRequest pending = _pending.Add(ref request, memory, context);
            try
            {
                Send(request, data);
            }
            catch (IOException failure)
            {
                // The receiving thread then fails all requests that wait, this one too.
                Break(NbdException.Lost($"the connection to the NBD server broke: {failure.Message}", failure));
            }

            if (!pending.Wait(_timeout, cancellationToken))
            {
                GiveUp(pending, cancellationToken);
            }

            Conclude(pending, extents);
        }
    }

    /// <summary>Ends the connection in order.</summary>
    public void Dispose()
    {
        Break(NbdException.Lost("the NBD client is disposed"), goodbye: true);
        _receiver.Join();
        _channel.Dispose();
    }

    private void Send(in Request request, ReadOnlySpan<byte> data)
    {
        bool isCopied = data.Length <= CopiedData;
        Span<byte> message = stackalloc byte[Protocol.RequestLength + (isCopied ? data.Length : 0)];
        request.Write(message);
        if (isCopied)
        {
            data.CopyTo(message[Protocol.RequestLength..]);
        }

        lock (_sending)
        {
            _channel.Send(message);
            if (!isCopied)
            {
                _channel.Send(data);
            }
        }
    }

    private void GiveUp(PendingRequest pending, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            if (!pending.TryAbandon(AbandonPatience))
            {
                Break(NbdException.Lost("the NBD server stopped in the middle of an answer"));
                pending.Wait(Timeout.InfiniteTimeSpan, CancellationToken.None);
            }

            throw new OperationCanceledException(cancellationToken);
        }

        Break(NbdException.Lost($"the NBD server did not answer for {_timeout.TotalSeconds:0.#} seconds"));
        pending.Wait(Timeout.InfiniteTimeSpan, CancellationToken.None);
    }

    private static void Conclude(PendingRequest pending, List<NbdExtent>? extents)
    {
        if (pending.Lost is { } lost)
        {
            throw NbdException.Lost(lost.Message, lost);
        }

        extents?.AddRange(pending.Extents);
        if (pending.Error != NbdError.None)
        {
            string reason = NbdText.Describe(pending.Error) + (string.IsNullOrEmpty(pending.Message) ? string.Empty : $": {pending.Message}");
            throw new NbdException($"the NBD server answered {pending} with: {reason}", pending.Error);
        }
    }

    private void Receive()
    {
        Exception reason;
        try
        {
            while (_reader.ReadOne())
            {
            }

            reason = NbdException.Lost("the NBD server closed the connection");
        }
        catch (Exception failure)
        {
            reason = NbdException.Lost(failure is NbdException ? failure.Message : $"the connection to the NBD server broke: {failure.Message}", failure);
        }

        Break(reason);
        _pending.FailAll();
    }

    private void Break(Exception reason, bool goodbye = false)
    {
        if (!_pending.TryBreak(reason))
        {
            return;
        }

        if (goodbye)
        {
            SayGoodbye();
        }

        _channel.Abort();
    }

    private void SayGoodbye()
    {
        try
        {
            _channel.SetTimeouts(Timeout.InfiniteTimeSpan, GoodbyePatience);
            if (_sending.TryEnter(GoodbyePatience))
            {
                try
                {
                    Span<byte> message = stackalloc byte[Protocol.RequestLength];
                    new Request(Command.Disconnect, CommandFlags.None, 0, 0, 0).Write(message);
                    _channel.Send(message);
                }
                finally
                {
                    _sending.Exit();
                }
            }
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            // The server is gone, or does not listen.
        }
    }
}
