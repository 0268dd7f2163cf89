// SPDX-License-Identifier: MIT

using Vma.Nbd.Wire;

namespace Vma.Nbd.Client;

/// <summary>A request on its way, and its answer. What is in it belongs to the receiving thread until it is completed; its lock guards the state.</summary>
internal sealed unsafe class Pending
{
    private const int MostRanges = 64 << 10;

    private readonly List<(uint Start, uint End)> _ranges = [];
    private byte* _destination;
    private uint _covered;
    private bool _receiving;
    private bool _abandoned;
    private bool _completed;

    public Command Command { get; private set; }

    public long Offset { get; private set; }

    public uint Length { get; private set; }

    public NbdError Error { get; private set; }

    public string? Message { get; private set; }

    /// <summary>Why the connection broke before the answer.</summary>
    public Exception? Lost { get; private set; }

    /// <summary>The context whose extents are wanted, and they.</summary>
    public uint Context { get; private set; }

    public List<(uint Length, uint Flags)> Extents { get; } = [];

    public void Begin(in Request request, byte* destination, uint context)
    {
        Command = request.Command;
        Offset = (long)request.Offset;
        Length = request.Length;
        Context = context;
        _destination = destination;
        _covered = 0;
        _ranges.Clear();
        Extents.Clear();
        Error = NbdError.None;
        Message = null;
        Lost = null;
        _receiving = _abandoned = _completed = false;
    }

    /// <summary>The memory for bytes of the answer that arrive now; empty when nobody wants them anymore. <see cref="EndReceive"/> follows.</summary>
    public Span<byte> BeginReceive(uint start, uint length)
    {
        lock (this)
        {
            _receiving = !_abandoned;
            return _abandoned ? default : new Span<byte>(_destination + start, (int)length);
        }
    }

    public void EndReceive()
    {
        lock (this)
        {
            _receiving = false;
            Monitor.PulseAll(this);
        }
    }

    /// <summary>Notes that a part of a read's answer came; false when it lies outside, or came before.</summary>
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

    /// <summary>Whether each byte of a read came exactly once.</summary>
    public bool IsCovered()
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
        lock (this)
        {
            Lost = lost;
            _completed = true;
            _receiving = false;
            Monitor.PulseAll(this);
        }
    }

    /// <summary>Waits for the answer; false when it did not come in time or the token was cancelled.</summary>
    public bool Wait(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration wake = cancellationToken.UnsafeRegister(
            static pending =>
            {
                lock (pending!)
                {
                    Monitor.PulseAll(pending);
                }
            },
            this);
        lock (this)
        {
            long deadline = timeout == Timeout.InfiniteTimeSpan ? long.MaxValue : Environment.TickCount64 + (long)timeout.TotalMilliseconds;
            while (!_completed && !cancellationToken.IsCancellationRequested)
            {
                long left = deadline == long.MaxValue ? Timeout.Infinite : deadline - Environment.TickCount64;
                if (deadline != long.MaxValue && left <= 0)
                {
                    return false;
                }

                Monitor.Wait(this, (int)left);
            }

            return _completed;
        }
    }

    /// <summary>
    /// Gives up on an answer, so that nothing is written to its memory from now on; false when it still is after <paramref name="patience"/>. Then the
    /// connection has to be cut.
    /// </summary>
    public bool TryAbandon(TimeSpan patience)
    {
        long deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        lock (this)
        {
            while (_receiving && deadline > Environment.TickCount64)
            {
                Monitor.Wait(this, (int)Math.Max(1, deadline - Environment.TickCount64));
            }

            _abandoned = !_receiving;
            return _abandoned;
        }
    }
}
