// SPDX-License-Identifier: MIT

using System.Diagnostics;
using Vma.Nbd.Wire;

namespace Vma.Nbd.Server;

/// <summary>
/// The requests of one connection. Its own thread receives and, as long as the disk is quick, serves: no other thread could take over in
/// that time. When the disk takes its time, it leaves requests to a <see cref="Crew"/> as far as threads can be had.
/// </summary>
internal sealed class Transmission : IDisposable
{
    private static readonly long SlowTicks = Stopwatch.Frequency / 5000; // 200 µs

    private readonly Channel _channel;
    private readonly ReceiveBuffer _input;
    private readonly ServerResources _resources;
    private readonly ReplyBuffer _replies;
    private readonly DiskService _service;
    private readonly Crew _crew;
    private long _pace;

    public Transmission(long connection, Channel channel, ReceiveBuffer input, Session session, ServerResources resources, CancellationToken cancellationToken)
    {
        _channel = channel;
        _input = input;
        _resources = resources;
        Lock sending = new();
        _replies = new ReplyBuffer(channel, sending, resources.Buffers);
        _service = new DiskService(connection, session, resources, cancellationToken);
        _crew = new Crew(resources, Math.Min(session.Export.MaxRequestsInFlight, resources.Options.MaxRequestsInFlight) - 1, channel, sending, Serve);
    }

    /// <summary>Serves until the client goes.</summary>
    /// <exception cref="IOException">It broke the protocol, or the connection did.</exception>
    public void Run()
    {
        try
        {
            Receive();
        }
        catch
        {
            // Whoever still sends an answer must not wait for this client.
            _channel.Abort();
            _replies.Drop();
            throw;
        }
    }

    /// <summary>Waits for what is under way, and sends the last answers.</summary>
    public void Dispose()
    {
        _crew.Dispose();
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
            else if (!IsSlow || !_crew.TryHandOver(request, data: null))
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

        byte[] buffer = _resources.Buffers.Rent();
        bool mine = true;
        try
        {
            if (request.Length > ServerResources.PieceLength)
            {
                WriteInPieces(request, buffer);
                return;
            }

            _input.ReadExactly(buffer.AsSpan(0, (int)request.Length));
            mine = !IsSlow || !_crew.TryHandOver(request, buffer);
            if (mine)
            {
                Serve(request, buffer.AsSpan(0, (int)request.Length), _replies);
            }
        }
        finally
        {
            if (mine)
            {
                _resources.Buffers.Return(buffer);
            }
        }
    }

    private void WriteInPieces(in Request request, byte[] buffer)
    {
        string? failure = null;
        long offset = (long)request.Offset;
        for (long left = request.Length; left > 0;)
        {
            Span<byte> piece = buffer.AsSpan(0, (int)Math.Min(left, ServerResources.PieceLength));
            _input.ReadExactly(piece);
            failure ??= _service.WritePiece(offset, piece);
            offset += piece.Length;
            left -= piece.Length;
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
