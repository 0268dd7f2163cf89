// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vma.Qemu.Host;

namespace Vma.Qemu.Qmp;

/// <summary>Sends and receives JSON objects, one on a line. One thread may send while another receives.</summary>
internal sealed class MessageSocket(Socket socket, string name, int maxLength) : IDisposable
{
    private const int FirstLength = 65_536;
    private byte[] _buffer = new byte[FirstLength];
    private int _start;
    private int _end;
    private long? _deadline;

    public string Name => name;

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

    public Socket Socket => socket;

    public void Send(JsonObject message, ReadOnlySpan<byte> prefix = default, SafeHandle? descriptor = null)
    {
        using var text = new MemoryStream();
        text.Write(prefix);
        using (var writer = new Utf8JsonWriter(text))
        {
            message.WriteTo(writer);
        }

        text.WriteByte((byte)'\n');
        ReadOnlySpan<byte> bytes = text.GetBuffer().AsSpan(0, (int)text.Length);
        try
        {
            int sent = descriptor is null ? 0 : DescriptorMessage.Send(socket, bytes, descriptor);
            while (sent < bytes.Length)
            {
                sent += socket.Send(bytes[sent..]);
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            throw Lost(failure);
        }
    }

    /// <summary>The next object. With <paramref name="behind"/>, what comes up to that byte is dropped before.</summary>
    /// <exception cref="TimeoutException">Nothing came in time.</exception>
    public JsonElement Receive(byte? behind = null)
    {
        while (behind is not null)
        {
            int mark = _buffer.AsSpan(_start, _end - _start).IndexOf(behind.Value);
            if (mark >= 0)
            {
                _start += mark + 1;
                break;
            }

            _start = _end = 0;
            Fill();
        }

        while (true)
        {
            ReadOnlySpan<byte> line = TakeLine();
            line = line.Trim(" \t\r\n"u8);
            if (!line.IsEmpty)
            {
                return Parse(line);
            }
        }
    }

    private ReadOnlySpan<byte> TakeLine()
    {
        int searched = 0;
        while (true)
        {
            int length = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                ReadOnlySpan<byte> line = _buffer.AsSpan(_start, searched + length);
                _start += searched + length + 1;
                return line;
            }

            searched = _end - _start;
            Fill();
        }
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= maxLength)
            {
                throw new QmpException($"'{name}' sent a line of more than {maxLength} bytes; it does not speak QMP");
            }

            Array.Resize(ref _buffer, Math.Min(maxLength, _buffer.Length * 2));
        }

        int received;
        try
        {
            if (_deadline is { } deadline)
            {
                TimeSpan left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), deadline);
                socket.ReceiveTimeout = left > TimeSpan.Zero ? (int)Math.Ceiling(left.TotalMilliseconds) : throw new TimeoutException();
            }

            received = socket.Receive(_buffer.AsSpan(_end));
        }
        catch (SocketException failure) when (failure.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            throw new TimeoutException(null, failure);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            throw Lost(failure);
        }

        _end += received > 0 ? received : throw Lost(null);
    }

    private JsonElement Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            var element = JsonElement.ParseValue(ref reader);
            if (element.ValueKind == JsonValueKind.Object && !reader.Read())
            {
                return element;
            }
        }
        catch (JsonException)
        {
            // Told below, as any other line that is no object.
        }

        throw new QmpException($"'{name}' sent something that is not QMP");
    }

    private QmpException Lost(Exception? cause) => new($"the connection to '{name}' was closed by the other end", cause);

    public void Dispose() => socket.Dispose();
}
