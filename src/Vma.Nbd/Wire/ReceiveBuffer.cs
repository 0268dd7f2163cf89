// SPDX-License-Identifier: MIT

namespace Vma.Nbd.Wire;

/// <summary>Takes headers out of few calls to the system, and lets data pass by. For one thread.</summary>
internal sealed class ReceiveBuffer(Channel channel, int size)
{
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(size, pinned: true);
    private int _start;
    private int _end;

    /// <summary>The bytes that are here without waiting.</summary>
    public int Available => _end - _start;

    /// <summary>Waits for <paramref name="count"/> bytes, which fit in the buffer; false when the peer ended before the first of them.</summary>
    /// <exception cref="EndOfStreamException">It ended after the first of them.</exception>
    public bool TryTake(int count, out ReadOnlySpan<byte> bytes)
    {
        while (Available < count)
        {
            if (_start > 0)
            {
                _buffer.AsSpan(_start, Available).CopyTo(_buffer);
                _end -= _start;
                _start = 0;
            }

            int received = channel.Receive(_buffer.AsSpan(_end));
            if (received == 0)
            {
                bytes = default;
                return Available == 0 ? false : throw Cut();
            }

            _end += received;
        }

        bytes = _buffer.AsSpan(_start, count);
        _start += count;
        return true;
    }

    /// <summary>Waits for <paramref name="count"/> bytes.</summary>
    public ReadOnlySpan<byte> Take(int count) => TryTake(count, out ReadOnlySpan<byte> bytes) ? bytes : throw Cut();

    /// <summary>Waits until all of <paramref name="destination"/> is received.</summary>
    public void ReadExactly(Span<byte> destination)
    {
        int here = Math.Min(Available, destination.Length);
        _buffer.AsSpan(_start, here).CopyTo(destination);
        _start += here;
        while (here < destination.Length)
        {
            int received = channel.Receive(destination[here..]);
            here += received > 0 ? received : throw Cut();
        }
    }

    /// <summary>Receives bytes and drops them.</summary>
    public void Skip(long count)
    {
        while (count > 0)
        {
            if (Available == 0)
            {
                _start = 0;
                _end = channel.Receive(_buffer);
                if (_end == 0)
                {
                    throw Cut();
                }
            }

            int part = (int)Math.Min(count, Available);
            _start += part;
            count -= part;
        }
    }

    private static EndOfStreamException Cut() => new("the peer ended the connection in the middle of a message");
}
