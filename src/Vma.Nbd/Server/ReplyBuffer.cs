// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Vma.Nbd.Wire;

namespace Vma.Nbd.Server;

/// <summary>
/// Answers of one thread, collected so that headers and data, and several short answers, leave in one call to the system. It sends whole messages only, so
/// that other threads' answers may go between.
/// </summary>
internal sealed class ReplyBuffer(Channel channel, Lock sending, ArrayPool<byte> pool)
{
    private const int LongestMessage = 1024;
    private const int LongFlush = 64 << 10;

    private byte[]? _buffer;
    private int _used;

    /// <summary>Room for the next message, valid until the next call. Nothing leaves before <see cref="Commit"/>.</summary>
    public Span<byte> Reserve(int count)
    {
        _buffer ??= pool.Rent(ServerResources.BufferLength);
        if (ServerResources.BufferLength - _used < count)
        {
            Flush();
        }

        return _buffer.AsSpan(_used, count);
    }

    public void Commit(int count) => _used += count;

    /// <summary>Sends what is collected.</summary>
    public void Flush()
    {
        if (_used > 0)
        {
            Send(_buffer.AsSpan(0, _used));
            _used = 0;
        }
    }

    /// <summary>Sends what is collected when it is so much that the client can start on it.</summary>
    public void FlushLong()
    {
        if (_used >= LongFlush)
        {
            Flush();
        }
    }

    /// <summary>Sends a message that is too long to be collected.</summary>
    public void Send(ReadOnlySpan<byte> message)
    {
        lock (sending)
        {
            channel.Send(message);
        }
    }

    /// <summary>While it is held, no other thread sends to this client.</summary>
    public Lock.Scope HoldSending() => sending.EnterScope();

    /// <summary>Sends what is collected, and gives the memory back.</summary>
    public void Release()
    {
        try
        {
            Flush();
        }
        finally
        {
            Drop();
        }
    }

    /// <summary>Gives the memory back, and forgets what is collected.</summary>
    public void Drop()
    {
        _used = 0;
        if (_buffer is { } buffer)
        {
            _buffer = null;
            pool.Return(buffer);
        }
    }

    public void Simple(ulong cookie, NbdError error)
    {
        WriteSimple(Reserve(Protocol.SimpleReplyLength), cookie, error);
        Commit(Protocol.SimpleReplyLength);
    }

    public static void WriteSimple(Span<byte> bytes, ulong cookie, NbdError error)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Protocol.SimpleReplyMagic);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], (uint)error);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], cookie);
    }

    public static void WriteChunk(Span<byte> bytes, ChunkType type, bool last, ulong cookie, int length)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Protocol.StructuredReplyMagic);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], last ? Protocol.LastChunk : (ushort)0);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)type);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], cookie);
        BinaryPrimitives.WriteInt32BigEndian(bytes[16..], length);
    }

    /// <summary>The last chunk of an answer: nothing more, and no error.</summary>
    public void Done(ulong cookie) => AddChunk(ChunkType.None, last: true, cookie, 0);

    public void Hole(ulong cookie, long offset, uint length, bool last)
    {
        Span<byte> payload = AddChunk(ChunkType.OffsetHole, last, cookie, 12);
        BinaryPrimitives.WriteInt64BigEndian(payload, offset);
        BinaryPrimitives.WriteUInt32BigEndian(payload[8..], length);
    }

    /// <summary>The last chunk of an answer that failed, with the place where that is known.</summary>
    public void Failed(ulong cookie, NbdError error, string message, long? offset = null)
    {
        byte[] text = Encoding.UTF8.GetBytes(message);
        int length = Math.Min(text.Length, LongestMessage);
        Span<byte> payload = offset is null
            ? AddChunk(ChunkType.Error, last: true, cookie, 6 + length)
            : AddChunk(ChunkType.ErrorOffset, last: true, cookie, 6 + length + 8);
        BinaryPrimitives.WriteUInt32BigEndian(payload, (uint)error);
        BinaryPrimitives.WriteUInt16BigEndian(payload[4..], (ushort)length);
        text.AsSpan(0, length).CopyTo(payload[6..]);
        if (offset is { } at)
        {
            BinaryPrimitives.WriteInt64BigEndian(payload[(6 + length)..], at);
        }
    }

    private Span<byte> AddChunk(ChunkType type, bool last, ulong cookie, int length)
    {
        Span<byte> message = Reserve(Protocol.ChunkLength + length);
        WriteChunk(message, type, last, cookie, length);
        Commit(message.Length);
        return message[Protocol.ChunkLength..];
    }
}
