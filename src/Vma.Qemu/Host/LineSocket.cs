// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Vma.Failures;

namespace Vma.Qemu.Host;

/// <summary>A connected socket that lines come from. One thread may send while another receives.</summary>
internal sealed class LineSocket(Socket socket, int maxLength) : IDisposable
{
    private const int FirstLength = 65_536;
    private byte[] _buffer = new byte[FirstLength];
    private int _start;
    private int _end;
    private long? _deadline;

    /// <summary>How long from now on <see cref="Receive"/> may take, however little comes at a time; null for ever.</summary>
    public TimeSpan? ReceiveTimeout
    {
        set
        {
            _deadline = value is { } limit ? Stopwatch.GetTimestamp() + (long)(limit.TotalSeconds * Stopwatch.Frequency) : null;
            socket.ReceiveTimeout = 0;
        }
    }

    public TimeSpan SendTimeout
    {
        set => socket.SendTimeout = (int)Math.Ceiling(value.TotalMilliseconds);
    }

    /// <summary>Whether open files can go with what is sent.</summary>
    public bool PassesDescriptors => socket.AddressFamily == AddressFamily.Unix;

    /// <summary>The process at the other end, where it can be told.</summary>
    public int? PeerProcess => PassesDescriptors ? UnixSocket.PeerProcess(socket) : null;

    /// <exception cref="SocketException">The connection is gone.</exception>
    public void Send(ReadOnlySpan<byte> bytes, SafeHandle? descriptor)
    {
        int sent = descriptor is null ? 0 : DescriptorMessage.Send(socket, bytes, descriptor);
        while (sent < bytes.Length)
        {
            sent += socket.Send(bytes[sent..]);
        }
    }

    /// <summary>Drops all bytes up to <paramref name="mark"/>, and that one.</summary>
    /// <inheritdoc cref="Receive" path="/exception"/>
    public void SkipBehind(byte mark)
    {
        int at = Buffered.IndexOf(mark);
        while (at < 0)
        {
            _start = _end = 0;
            Fill();
            at = Buffered.IndexOf(mark);
        }

        _start += at + 1;
    }

    /// <summary>The next line, without its end; it is valid until the next call.</summary>
    /// <exception cref="TimeoutException">Nothing came in time.</exception>
    /// <exception cref="InvalidDataException">The line is longer than the limit.</exception>
    /// <exception cref="EndOfStreamException">The other end closed the connection.</exception>
    /// <exception cref="SocketException">The connection is gone.</exception>
    public ReadOnlySpan<byte> Receive()
    {
        int searched = 0;
        int length = Buffered.IndexOf((byte)'\n');
        while (length < 0)
        {
            searched = _end - _start;
            Fill();
            length = Buffered[searched..].IndexOf((byte)'\n');
        }

        ReadOnlySpan<byte> line = Buffered[..(searched + length)];
        _start += line.Length + 1;
        return line;
    }

    /// <summary>Ends what other threads wait for.</summary>
    public void Shutdown() =>
        Attempt.Quietly(() => socket.Shutdown(SocketShutdown.Both), failure => failure is SocketException or ObjectDisposedException); // it is closed already

    public void Dispose() => socket.Dispose();

    private Span<byte> Buffered => _buffer.AsSpan(_start, _end - _start);

    private void Fill()
    {
        if (_start > 0)
        {
            Buffered.CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= maxLength)
            {
                throw new InvalidDataException();
            }

            Array.Resize(ref _buffer, Math.Min(maxLength, _buffer.Length * 2));
        }

        try
        {
            if (_deadline is { } deadline)
            {
                TimeSpan left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), deadline);
                socket.ReceiveTimeout = left > TimeSpan.Zero ? (int)Math.Ceiling(left.TotalMilliseconds) : throw new TimeoutException();
            }

            int received = socket.Receive(_buffer.AsSpan(_end));
            _end += received > 0 ? received : throw new EndOfStreamException();
        }
        catch (SocketException failure) when (failure.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            throw new TimeoutException(null, failure);
        }
    }
}
