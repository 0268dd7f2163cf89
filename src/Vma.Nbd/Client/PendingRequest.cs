// SPDX-License-Identifier: MIT

using Vma.Nbd.Wire;

namespace Vma.Nbd.Client;

/// <summary>A request on its way, and its answer. The receiving thread owns the answer until it is complete; the gate guards the three flags.</summary>
internal sealed unsafe class PendingRequest(in Request request, byte* destination, uint context)
{
    private const int MostRanges = 64 << 10;

    private readonly object _gate = new();
    private readonly List<(uint Start, uint End)> _ranges = [];
    private readonly byte* _destination = destination;
    private uint _covered;
    private bool _isReceiving;
    private bool _isAbandoned;
    private bool _isComplete;

    public Command Command { get; } = request.Command;

    public long Offset { get; } = (long)request.Offset;

    public uint Length { get; } = request.Length;

    /// <summary>The number of the context whose extents are asked for.</summary>
    public uint Context { get; } = context;

    public List<NbdExtent> Extents { get; } = [];

    public NbdError Error { get; private set; }

    public string? Message { get; private set; }

    /// <summary>Why the connection broke before the answer.</summary>
    public Exception? Lost { get; private set; }

    /// <summary>What was asked, in words.</summary>
    public override string ToString() => $"{Command} of {Length} bytes at {Offset}";

    /// <summary>The memory for bytes of the answer that arrive now; empty when the caller has given up. <see cref="EndReceive"/> follows.</summary>
    public Span<byte> BeginReceive(uint start, uint length)
    {
        lock (_gate)
        {
            _isReceiving = !_isAbandoned;
            return _isAbandoned ? default : new Span<byte>(_destination + start, (int)length);
        }
    }

    public void EndReceive()
    {
        lock (_gate)
        {
            _isReceiving = false;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Notes that bytes of a read's answer came; false when they lie outside, or came before.</summary>
    public bool TryCover(ulong offset, uint length, out uint start)
    {
        ulong begin = unchecked(offset - (ulong)Offset);
        start = unchecked((uint)begin);
        if (offset < (ulong)Offset || length == 0 || begin > Length || length > Length - begin)
        {
            return false;
        }

        uint end = start + length;
        if (start == _covered && _ranges.Count == 0)
        {
            _covered = end;
            return true;
        }

        _ranges.Add((start, end));
        return start >= _covered && _ranges.Count <= MostRanges;
    }

    /// <summary>Whether all is there that was asked for, or an error.</summary>
    public bool IsWhole() => Error != NbdError.None || Command switch
    {
        Command.Read => IsCovered(),
        Command.BlockStatus => Extents.Count > 0,
        _ => true,
    };

    public void Fail(NbdError error, string? message)
    {
        if (Error == NbdError.None)
        {
            Error = error == NbdError.None ? NbdError.InputOutput : error;
            Message = message;
        }
    }

    public void Complete(Exception? lost = null)
    {
        lock (_gate)
        {
            Lost = lost;
            _isComplete = true;
            _isReceiving = false;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits for the answer; false when it did not come in time or the token was cancelled.</summary>
    public bool Wait(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration wake = cancellationToken.UnsafeRegister(
            static gate =>
            {
                lock (gate!)
                {
                    Monitor.PulseAll(gate);
                }
            },
            _gate);
        lock (_gate)
        {
            long deadline = timeout == Timeout.InfiniteTimeSpan ? long.MaxValue : Environment.TickCount64 + (long)timeout.TotalMilliseconds;
            while (!_isComplete && !cancellationToken.IsCancellationRequested)
            {
                long left = deadline == long.MaxValue ? Timeout.Infinite : deadline - Environment.TickCount64;
                if (deadline != long.MaxValue && left <= 0)
                {
                    return false;
                }

                Monitor.Wait(_gate, (int)left);
            }

            return _isComplete;
        }
    }

    /// <summary>
    /// Gives up on an answer, so that nothing is written to its memory from now on; false when that still goes on after <paramref name="patience"/>. Then the
    /// caller has to cut the connection.
    /// </summary>
    public bool TryAbandon(TimeSpan patience)
    {
        long deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        lock (_gate)
        {
            while (_isReceiving && deadline > Environment.TickCount64)
            {
                Monitor.Wait(_gate, (int)Math.Max(1, deadline - Environment.TickCount64));
            }

            return _isAbandoned = !_isReceiving;
        }
    }

    /// <summary>Whether each byte of a read came exactly once.</summary>
    private bool IsCovered()
    {
        _ranges.Sort();
        foreach ((uint start, uint end) in _ranges)
        {
            if (start != _covered)
            {
                return false;
            }

            _covered = end;
        }

        return _covered == Length;
    }
}
