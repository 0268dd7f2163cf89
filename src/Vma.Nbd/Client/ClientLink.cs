// SPDX-License-Identifier: MIT

using Vma.Nbd.Server;
using Vma.Nbd.Wire;

namespace Vma.Nbd.Client;

/// <summary>
/// One connection to a server. Any number of threads ask and wait; one thread receives, and gives each answer to who asked. What breaks
/// the protocol breaks the connection, and fails all that is pending.
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
    private readonly object _lock = new();
    private readonly Dictionary<ulong, Pending> _pending = [];
    private readonly Stack<Pending> _free = new();
    private readonly ReplyReader _reader;
    private readonly Thread _receiver;
    private ulong _lastCookie;
    private Exception? _broken;

    public ClientLink(Channel channel, ReceiveBuffer input, ServerExport export, TimeSpan timeout)
    {
        _channel = channel;
        _timeout = timeout;
        Export = export;
        _channel.SetTimeouts(Timeout.InfiniteTimeSpan, timeout);
        _reader = new ReplyReader(input, export.Structured, Find, Finish);
        _receiver = new Thread(Receive, StackLength) { IsBackground = true, Name = "NBD replies" };
        _receiver.Start();
    }

    public ServerExport Export { get; }

    public bool IsBroken => Volatile.Read(ref _broken) is not null;

    /// <summary>The requests that wait for an answer.</summary>
    public int Load
    {
        get
        {
            lock (_lock)
            {
                return _pending.Count;
            }
        }
    }

    /// <summary>
    /// Asks and waits for the answer. <paramref name="destination"/> is filled by a read; <paramref name="extents"/> by a block status of
    /// <paramref name="context"/>.
    /// </summary>
    /// <exception cref="NbdException">The server answered with an error, or the connection broke.</exception>
    public void Ask(Request request, Span<byte> destination, ReadOnlySpan<byte> data, uint context, List<(uint Length, uint Flags)>? extents, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        fixed (byte* memory = destination)
        {
            Pending pending = Add(ref request, memory, context);
            try
            {
                Send(request, data);
            }
            catch (IOException fault)
            {
                // The receiving thread then fails everything that is pending, this too.
                Break(NbdException.Lost($"the connection to the NBD server broke: {fault.Message}", fault));
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
        Break(NbdException.Lost("the NBD client is disposed", null), goodbye: true);
        _receiver.Join();
        _channel.Dispose();
    }

    private Pending Add(ref Request request, byte* memory, uint context)
    {
        lock (_lock)
        {
            if (_broken is not null)
            {
                throw Again(_broken);
            }

            Pending pending = _free.TryPop(out Pending? used) ? used : new Pending();
            request = request with { Cookie = unchecked(++_lastCookie) };
            pending.Begin(request, memory, context);
            _pending.Add(request.Cookie, pending);
            return pending;
        }
    }

    private void Send(in Request request, ReadOnlySpan<byte> data)
    {
        if (data.Length > CopiedData)
        {
            Span<byte> header = stackalloc byte[Protocol.RequestLength];
            request.Write(header);
            lock (_sending)
            {
                _channel.Send(header);
                _channel.Send(data);
            }

            return;
        }

        Span<byte> message = stackalloc byte[Protocol.RequestLength + data.Length];
        request.Write(message);
        data.CopyTo(message[Protocol.RequestLength..]);
        lock (_sending)
        {
            _channel.Send(message);
        }
    }

    private void GiveUp(Pending pending, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            if (!pending.TryAbandon(AbandonPatience))
            {
                Break(NbdException.Lost("the NBD server stopped in the middle of an answer", null));
                pending.Wait(Timeout.InfiniteTimeSpan, CancellationToken.None);
            }

            throw new OperationCanceledException(cancellationToken);
        }

        Break(NbdException.Lost($"the NBD server did not answer for {_timeout.TotalSeconds:0.#} seconds", null));
        pending.Wait(Timeout.InfiniteTimeSpan, CancellationToken.None);
    }

    private void Conclude(Pending pending, List<(uint Length, uint Flags)>? extents)
    {
        Exception? lost = pending.Lost;
        NbdError error = pending.Error;
        string? message = pending.Message;
        string what = $"{pending.Command} of {pending.Length} bytes at {pending.Offset}";
        extents?.AddRange(pending.Extents);
        if (lost is not null)
        {
            throw Again(lost);
        }

        lock (_lock)
        {
            _free.Push(pending);
        }

        if (error != NbdError.None)
        {
            throw new NbdException($"the NBD server answered {what} with: {NbdText.Describe(error)}{(string.IsNullOrEmpty(message) ? string.Empty : $": {message}")}", error);
        }
    }

    private Pending? Find(ulong cookie)
    {
        lock (_lock)
        {
            return _pending.GetValueOrDefault(cookie);
        }
    }

    private void Finish(ulong cookie)
    {
        Pending? pending;
        lock (_lock)
        {
            _pending.Remove(cookie, out pending);
        }

        pending?.Complete();
    }

    private void Receive()
    {
        Exception reason;
        try
        {
            while (_reader.ReadOne())
            {
            }

            reason = NbdException.Lost("the NBD server closed the connection", null);
        }
        catch (Exception fault)
        {
            reason = NbdException.Lost(fault is NbdException ? fault.Message : $"the connection to the NBD server broke: {fault.Message}", fault);
        }

        Break(reason);
        Pending[] left;
        lock (_lock)
        {
            left = [.. _pending.Values];
            _pending.Clear();
        }

        foreach (Pending pending in left)
        {
            pending.Complete(_broken);
        }
    }

    private void Break(Exception reason, bool goodbye = false)
    {
        lock (_lock)
        {
            if (_broken is not null)
            {
                return;
            }

            _broken = reason;
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
        catch (Exception fault) when (fault is IOException or System.Net.Sockets.SocketException)
        {
            // The server is gone, or does not listen.
        }
    }

    private static NbdException Again(Exception reason) => NbdException.Lost(reason.Message, reason);
}
