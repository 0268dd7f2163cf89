// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vma.Qemu.Host;

namespace Vma.Qemu.Qmp;

/// <summary>Sends and receives JSON objects, one on a line. One thread may send while another receives.</summary>
/// <param name="address">Where it connects to at once.</param>
/// <param name="options">How long that may take, and how long a line may be.</param>
/// <param name="cancellationToken">Ends the connecting.</param>
/// <exception cref="QmpException">No program takes the connection in time.</exception>
internal sealed class MessageSocket(QmpAddress address, QmpClientOptions options, CancellationToken cancellationToken) : IDisposable
{
    /// <summary>What is at the other end, for messages.</summary>
    public string Name { get; } = address.ToString();

    /// <summary>The connection itself, for its limits of time.</summary>
    public LineSocket Connection { get; } = new(address.Connect(options.GreetingTimeout, cancellationToken), options.MaxLineLength);

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
            Connection.Send(text.GetBuffer().AsSpan(0, (int)text.Length), descriptor);
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
                Connection.SkipBehind(mark);
            }

            ReadOnlySpan<byte> line = [];
            while (line.IsEmpty)
            {
                line = Connection.Receive().Trim(" \t\r\n"u8);
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
            throw new QmpException($"'{Name}' sent a line of more than {options.MaxLineLength} bytes; it does not speak QMP");
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException or EndOfStreamException)
        {
            throw Lost(failure);
        }
    }

    public void Dispose() => Connection.Dispose();

    private QmpException Lost(Exception cause) => new($"the connection to '{Name}' was closed by the other end", cause);
}
