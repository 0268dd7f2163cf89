// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Vma.Nbd.Wire;

namespace Vma.Nbd.Server;

/// <summary>
/// The requests of one connection. Its own thread receives and, as long as the disk is quick, serves: no other thread could take over in
/// that time. When the disk takes its time, the thread leaves requests to <see cref="HelperThreads"/>, as far as these can be had.
/// </summary>
internal sealed class Transmission : IDisposable
{
    private static readonly long SlowTicks = Stopwatch.Frequency / 5000; // 200 µs

    private readonly Channel _channel;
    private readonly ReceiveBuffer _input;
    private readonly ServerResources _resources;
    private readonly ReplyBuffer _replies;
    private readonly DiskService _service;
    private readonly HelperThreads _helpers;
    private long _pace;

    public Transmission(long connection, Channel channel, ReceiveBuffer input, Session session, ServerResources resources, CancellationToken cancellationToken)
    {
        _channel = channel;
        _input = input;
        _resources = resources;
        var sending = new Lock();
        _replies = new ReplyBuffer(channel, sending, resources.Buffers);
        _service = new DiskService(connection, session, resources, cancellationToken);
        int most = Math.Min(session.Export.MaxRequestsInFlight, resources.Options.MaxRequestsInFlight);
        _helpers = new HelperThreads(resources, most - 1, channel, sending, Serve);
    }

    /// <summary>Serves until the client goes.</summary>
    /// <exception cref="IOException">The client broke the protocol, or the connection broke.</exception>
    public void Run()
    {
        try
        {
            Receive();
            ThrowIfAny(_helpers.Failure);
        }
        catch
        {
            // A helper that still sends an answer must not wait for this client.
            Exception? failure = _helpers.Failure;
            _channel.Abort();
            _replies.Drop();
            ThrowIfAny(failure);
            throw;
        }
    }

    /// <summary>What a helper's failure does to the connection looks like the client's doing to this thread; so it is the failure that is told.</summary>
    private static void ThrowIfAny(Exception? failure)
    {
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>Waits for what is under way, and sends the last answers.</summary>
    public void Dispose()
    {
        _helpers.Dispose();
        _replies.Release();
    }

    private void Receive()
    {
        while (true)
        {
            if (_input.Available < Protocol.RequestLength)
            {
                _replies.Release();
            }

            if (!_input.TryTake(Protocol.RequestLength, out ReadOnlySpan<byte> bytes))
            {
                return;
            }

            if (!Request.TryRead(bytes, out Request request))
            {
                throw new NbdException("the client sent something that is no request");
            }

            if (request.Command == Command.Disconnect)
            {
                return;
            }

            if (request.Command == Command.Write)
            {
                Write(request);
            }
            else if (!IsSlow || !_helpers.TryHandOver(request, data: null))
            {
                Serve(request, default, _replies);
            }
        }
    }

    private bool IsSlow => Volatile.Read(ref _pace) > SlowTicks;

    private void Write(in Request request)
    {
        if (_service.Refusal(request) is { } refusal)
        {
            _input.Skip(request.Length);
            _service.Refuse(request, refusal, _replies);
            return;
        }

        byte[] buffer = _resources.Buffers.Rent(ServerResources.BufferLength);
        bool isMine = true;
        try
        {
            if (request.Length > ServerResources.PartLength)
            {
                WriteInParts(request, buffer);
                return;
            }

            _input.ReadExactly(buffer.AsSpan(0, (int)request.Length));
            isMine = !IsSlow || !_helpers.TryHandOver(request, buffer);
            if (isMine)
            {
                Serve(request, buffer.AsSpan(0, (int)request.Length), _replies);
            }
        }
        finally
        {
            if (isMine)
            {
                _resources.Buffers.Return(buffer);
            }
        }
    }

    private void WriteInParts(in Request request, byte[] buffer)
    {
        string? failure = null;
        long offset = (long)request.Offset;
        for (long left = request.Length; left > 0;)
        {
            Span<byte> part = buffer.AsSpan(0, (int)Math.Min(left, ServerResources.PartLength));
            _input.ReadExactly(part);
            failure ??= _service.WritePart(offset, part);
            offset += part.Length;
            left -= part.Length;
        }

        _service.EndWrite(request, failure, _replies);
    }

    private void Serve(in Request request, ReadOnlySpan<byte> data, ReplyBuffer replies)
    {
        if (IsSlow)
        {
            replies.Flush();
        }

        long start = Stopwatch.GetTimestamp();
        _service.Serve(request, data, replies);
        long took = Stopwatch.GetTimestamp() - start, pace = Volatile.Read(ref _pace);
        Volatile.Write(ref _pace, pace + ((took - pace) / 8));
        replies.FlushLong();
    }
}
