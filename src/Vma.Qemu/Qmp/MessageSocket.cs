// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vma.Qemu.Host;

namespace Vma.Qemu.Qmp;

/// <summary>Sends and receives JSON objects, one on a line. One thread may send while another receives.</summary>
internal sealed class MessageSocket : IDisposable
{
    private readonly LineSocket _lines;
    private readonly int _maxLength;

    /// <summary>Connects.</summary>
    /// <exception cref="QmpException">No program takes the connection in time.</exception>
    public MessageSocket(QmpAddress address, QmpClientOptions options, CancellationToken cancellationToken)
    {
        (Name, _maxLength) = (address.ToString(), options.MaxLineLength);
        _lines = new LineSocket(address.Connect(options.GreetingTimeout, cancellationToken), _maxLength);
    }

    /// <summary>What is at the other end, for messages.</summary>
    public string Name { get; }

    /// <summary>The connection itself, for its limits of time.</summary>
    public LineSocket Connection => _lines;

    /// <summary>Sends an object.</summary>
    /// <param name="message">The object.</param>
    /// <param name="prefix">Bytes in front of it.</param>
    /// <param name="descriptor">A file that goes with it; null for none.</param>
    /// <exception cref="QmpException">The connection is gone.</exception>
    public void Send(JsonObject message, ReadOnlySpan<byte> prefix = default, SafeHandle? descriptor = null)
    {
        using var text = new MemoryStream();
        text.Write(prefix);
        using (var writer = new Utf8JsonWriter(text))
        {
            message.WriteTo(writer);
        }

        text.WriteByte((byte)'\n');
        try
        {
            _lines.Send(text.GetBuffer().AsSpan(0, (int)text.Length), descriptor);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            throw Lost(failure);
        }
    }

    /// <summary>The next object. With <paramref name="behind"/>, all bytes up to and with that one are dropped first.</summary>
    /// <exception cref="TimeoutException">Nothing came in time.</exception>
    /// <exception cref="QmpException">The connection is gone, or what came is no QMP.</exception>
    public JsonElement Receive(byte? behind = null)
    {
        try
        {
            if (behind is { } mark)
            {
                _lines.SkipBehind(mark);
            }

            ReadOnlySpan<byte> line = [];
            while (line.IsEmpty)
            {
                line = _lines.Receive().Trim(" \t\r\n"u8);
            }

            var reader = new Utf8JsonReader(line);
            var element = JsonElement.ParseValue(ref reader);
            return element.ValueKind == JsonValueKind.Object && !reader.Read() ? element : throw QmpMessage.NotQmp(Name);
        }
        catch (JsonException wrong)
        {
            throw QmpMessage.NotQmp(Name, wrong);
        }
        catch (InvalidDataException)
        {
            throw new QmpException($"'{Name}' sent a line of more than {_maxLength} bytes; it does not speak QMP");
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException or EndOfStreamException)
        {
            throw Lost(failure);
        }
    }

    public void Dispose() => _lines.Dispose();

    private QmpException Lost(Exception cause) => new($"the connection to '{Name}' was closed by the other end", cause);
}
