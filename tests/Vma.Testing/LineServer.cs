// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Vma.Testing;

/// <summary>A peer that speaks lines over a Unix socket, as well or as badly as a test wants.</summary>
public sealed class LineServer : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("vma-t").FullName;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly List<Socket> _connections = [];

    /// <param name="greeting">What the server sends to each client that connects; null for nothing.</param>
    /// <param name="answer">What is sent for a line; null for nothing. It gets the way to send more.</param>
    public LineServer(string? greeting, Func<JsonElement, Action<string>, string?>? answer = null)
    {
        Path = System.IO.Path.Combine(_directory, "s");
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen();
        new Thread(() => Serve(greeting, answer)) { IsBackground = true }.Start();
    }

    public const string Greeting =
        """{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}, "package": "Debian"}, "capabilities": ["oob"]}}""" + "\r\n";

    public string Path { get; }

    /// <summary>A QMP server that takes the handshake.</summary>
    public static LineServer Qmp(Func<string, JsonElement, Action<string>, string?> answer) => new(Greeting, (message, send) =>
    {
        string command = message.GetProperty("execute").GetString()!;
        string body = command == "qmp_capabilities" ? """ "return": {} """ : answer(command, message, send) ?? string.Empty;
        return body.Length == 0 ? null : $$"""{{{body}}, "id": {{message.GetProperty("id")}}}""" + "\r\n";
    });

    public void Cut()
    {
        lock (_connections)
        {
            _connections.ForEach(connection => connection.Close());
        }
    }

    private void Serve(string? greeting, Func<JsonElement, Action<string>, string?>? answer)
    {
        try
        {
            Socket connection = _listener.Accept();
            lock (_connections)
            {
                _connections.Add(connection);
            }

            void Send(string text) => connection.Send(Encoding.Latin1.GetBytes(text));
            if (greeting is not null)
            {
                Send(greeting);
            }

            using var reader = new StreamReader(new NetworkStream(connection), Encoding.Latin1);
            while (answer is not null && reader.ReadLine() is { } line)
            {
                if (answer(JsonDocument.Parse(line.TrimStart('\u00ff')).RootElement, Send) is { } text)
                {
                    Send(text);
                }
            }
        }
        catch (Exception failure) when (failure is SocketException or IOException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        Cut();
        if (Directory.Exists(_directory))
        {
            Directory.Delete(_directory, recursive: true);
        }
    }
}
