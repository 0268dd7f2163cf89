// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Vma.Testing;

/// <summary>A client or server that sends whatever a test wants, over a unix socket.</summary>
public sealed class RawPeer : IDisposable
{
    private const ulong OptionMagic = 0x49484156454f5054, OptionReplyMagic = 0x0003_e889_0455_65a9;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Socket _socket;

    private RawPeer(Socket socket)
    {
        _socket = socket;
        _socket.ReceiveTimeout = _socket.SendTimeout = (int)Patience.TotalMilliseconds;
    }

    public static RawPeer Connect(string path)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        return new RawPeer(socket);
    }

    /// <summary>Serves one client as <paramref name="serve"/> does; exceptions in it end the connection.</summary>
    public static Task Serve(string path, Action<RawPeer> serve)
    {
        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        return Task.Run(() =>
        {
            using Socket listening = listener;
            using RawPeer peer = new(listening.Accept());
            try
            {
                serve(peer);
            }
            catch (Exception fault) when (fault is SocketException or EndOfStreamException)
            {
                // The client went.
            }
        });
    }

    public static byte[] Bytes(params object[] fields)
    {
        List<byte> bytes = [];
        Span<byte> number = stackalloc byte[8];
        foreach (object field in fields)
        {
            switch (field)
            {
                case byte[] raw:
                    bytes.AddRange(raw);
                    break;
                case string text:
                    bytes.AddRange(Encoding.UTF8.GetBytes(text));
                    break;
                default:
                    int length = field switch { ulong or long => 8, uint or int => 4, ushort or short => 2, _ => 1 };
                    BinaryPrimitives.WriteUInt64BigEndian(number, field is ulong big ? big : unchecked((ulong)Convert.ToInt64(field, null)));
                    bytes.AddRange(number[^length..]);
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>How many bytes were sent, or are about to be.</summary>
    public long Sent { get; private set; }

    public void Send(params object[] fields)
    {
        ReadOnlySpan<byte> bytes = Bytes(fields);
        Sent += bytes.Length;
        while (bytes.Length > 0)
        {
            bytes = bytes[_socket.Send(bytes)..];
        }
    }

    public byte[] Receive(int count)
    {
        byte[] bytes = new byte[count];
        for (int have = 0; have < count;)
        {
            int received = _socket.Receive(bytes.AsSpan(have));
            have += received > 0 ? received : throw new EndOfStreamException();
        }

        return bytes;
    }

    /// <summary>Whether the other side has ended the connection; what it sent before is dropped.</summary>
    public bool IsClosedByPeer()
    {
        byte[] bytes = new byte[65536];
        try
        {
            while (_socket.Receive(bytes) > 0)
            {
            }

            return true;
        }
        catch (SocketException fault)
        {
            return fault.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown;
        }
    }

    // As a client.
    public void Greet()
    {
        Receive(18);
        Send(3);
    }

    public void Option(int option, params object[] data)
    {
        byte[] bytes = Bytes(data);
        Send(OptionMagic, option, bytes.Length, bytes);
    }

    public (uint Type, byte[] Data) OptionReply()
    {
        byte[] header = Receive(20);
        return (BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(12)), Receive(BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(16))));
    }

    /// <summary>All of the handshake, with GO; with base:allocation where replies are structured.</summary>
    public void Go(string export, bool structured)
    {
        Greet();
        if (structured)
        {
            Option(8);
            Assert.Equal(1u, OptionReply().Type);
            Option(10, export.Length, export, 1, 15, "base:allocation");
            Assert.Equal(4u, OptionReply().Type);
            Assert.Equal(1u, OptionReply().Type);
        }

        Option(7, export.Length, export, (ushort)0);
        while (OptionReply() is { Type: not 1 } reply)
        {
            Assert.Equal(3u, reply.Type);
        }
    }

    public void Request(int command, ulong cookie, long offset, long length, int flags = 0) =>
        Send(0x25609513, (ushort)flags, (ushort)command, cookie, offset, unchecked((int)(uint)length));

    public (uint Error, ulong Cookie) SimpleReply()
    {
        byte[] bytes = Receive(16);
        Assert.Equal(0x67446698u, BinaryPrimitives.ReadUInt32BigEndian(bytes));
        return (BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(4)), BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(8)));
    }

    public (ushort Flags, ushort Type, ulong Cookie, byte[] Payload) Chunk()
    {
        byte[] bytes = Receive(20);
        Assert.Equal(0x668e33efu, BinaryPrimitives.ReadUInt32BigEndian(bytes));
        return (
            BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(4)),
            BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(6)),
            BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(8)),
            Receive(BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16))));
    }

    // As a server.

    /// <summary>Refuses whatever a client asks for, with this message, until it goes.</summary>
    public void Refuse(string message)
    {
        Send("NBDMAGIC", "IHAVEOPT", (ushort)3);
        Receive(4);
        while (true)
        {
            byte[] header = Receive(16);
            Receive(BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(12)));
            Reply(BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(8)), 0x8000_0006, message);
        }
    }

    /// <summary>The server's side of a handshake as NbdClient does it.</summary>
    public void Offer(long length, bool structured = true, int flags = 1, (int Minimum, int Maximum)? blocks = null)
    {
        Send("NBDMAGIC", "IHAVEOPT", (ushort)3);
        Receive(4);
        while (true)
        {
            byte[] header = Receive(16);
            int option = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(8));
            Receive(BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(12)));
            if (option == 8)
            {
                Reply(option, structured ? 1u : 0x8000_0001);
            }
            else if (option == 10)
            {
                Reply(option, 4, 7, "base:allocation");
                Reply(option, 1);
            }
            else
            {
                Reply(option, 3, (ushort)0, length, (ushort)flags);
                if (blocks is { } sizes)
                {
                    Reply(option, 3, (ushort)3, sizes.Minimum, 4096, sizes.Maximum);
                }

                Reply(option, 1);
                return;
            }
        }
    }

    public void Reply(int option, uint type, params object[] data)
    {
        byte[] bytes = Bytes(data);
        Send(OptionReplyMagic, option, type, bytes.Length, bytes);
    }

    public (ushort Command, byte[] Cookie, ulong Offset, uint Length) NextRequest()
    {
        byte[] bytes = Receive(28);
        return (BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(6)), bytes[8..16], BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(16)),
            BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(24)));
    }

    public void SendChunk(byte[] cookie, int type, bool last, params object[] payload)
    {
        byte[] bytes = Bytes(payload);
        Send(0x668e33ef, (ushort)(last ? 1 : 0), (ushort)type, cookie, bytes.Length, bytes);
    }

    public void Dispose() => _socket.Dispose();
}
