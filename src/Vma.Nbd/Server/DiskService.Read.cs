// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Vma.Nbd.Wire;

namespace Vma.Nbd.Server;

/// <content>Reading, in one message or in chunks.</content>
internal sealed partial class DiskService
{
    private const int DataHeader = Protocol.ChunkLength + 8;

    /// <summary>In an answer shorter than this a hole saves less than it costs to ask the disk for it.</summary>
    private const int ShortRead = 32 << 10;

    private void Read(in Request request, ReplyBuffer replies)
    {
        if (request.Length == 0 && session.Structured)
        {
            replies.Done(request.Cookie);
        }
        else if (request.Length == 0)
        {
            replies.Simple(request.Cookie, NbdError.None);
        }
        else if (session.Structured && (request.Flags & CommandFlags.DoNotFragment) == 0)
        {
            ReadChunks(request, replies);
        }
        else
        {
            ReadWhole(request, replies, session.Structured ? DataHeader : Protocol.SimpleReplyLength);
        }
    }

    /// <summary>An answer in one message, which begins only when all of its data is there.</summary>
    private void ReadWhole(in Request request, ReplyBuffer replies, int header)
    {
        int total = header + (int)request.Length;
        if (request.Length <= ServerResources.PartLength)
        {
            Span<byte> message = replies.Reserve(total);
            if (TryFill(request, message, header, replies))
            {
                replies.Commit(total);
            }

            return;
        }

        if (!resources.Bytes.TryTake(total, MemoryPatience))
        {
            ReadTwice(request, replies, header);
            return;
        }

        try
        {
            using AnswerMemory memory = new(total);
            if (TryFill(request, memory.Span, header, replies))
            {
                replies.Flush();
                replies.Send(memory.Span);
            }
        }
        catch (InsufficientMemoryException)
        {
            ReadTwice(request, replies, header);
        }
        finally
        {
            resources.Bytes.Return(total);
        }
    }

    /// <summary>
    /// A long answer in one message when other clients hold the memory for such ones, perhaps for ever. The disk is read once to see whether it can be, as an
    /// error must come before the data, and again, part by part, while the answer is sent.
    /// </summary>
    /// <exception cref="NbdException">The disk could be read the first time only; the connection ends.</exception>
    private void ReadTwice(in Request request, ReplyBuffer replies, int header)
    {
        Span<byte> memory = replies.Reserve(ServerResources.BufferLength);
        long start = (long)request.Offset, end = start + request.Length;
        for (long offset = start; offset < end; offset += ServerResources.PartLength)
        {
            if (ReadInTurn(offset, PartOf(memory, offset, end)) is { } failure)
            {
                Refuse(request, (NbdError.InputOutput, failure), replies);
                return;
            }
        }

        // No other thread's answer may go between the parts.
        using Lock.Scope whole = replies.HoldSending();
        WriteHeader(request, memory, header);
        replies.Send(memory[..header]);
        for (long offset = start; offset < end; offset += ServerResources.PartLength)
        {
            Span<byte> part = PartOf(memory, offset, end);
            if (ReadInTurn(offset, part) is { } failure)
            {
                throw new NbdException($"an answer ends before its end: {failure}");
            }

            replies.Send(part);
        }

        static Span<byte> PartOf(Span<byte> memory, long offset, long end) => memory[..(int)Math.Min(ServerResources.PartLength, end - offset)];
    }

    private string? ReadInTurn(long offset, Span<byte> part)
    {
        lock (resources.ReadingTwice)
        {
            return ReadPart(offset, part);
        }
    }

    private bool TryFill(in Request request, Span<byte> message, int header, ReplyBuffer replies)
    {
        if (ReadPart((long)request.Offset, message[header..]) is { } failure)
        {
            Refuse(request, (NbdError.InputOutput, failure), replies);
            return false;
        }

        WriteHeader(request, message, header);
        return true;
    }

    private static void WriteHeader(in Request request, Span<byte> message, int header)
    {
        if (header == DataHeader)
        {
            WriteDataHeader(message, request.Cookie, (long)request.Offset, (int)request.Length, last: true);
        }
        else
        {
            ReplyBuffer.WriteSimple(message, request.Cookie, NbdError.None);
        }
    }

    private void ReadChunks(in Request request, ReplyBuffer replies)
    {
        long offset = (long)request.Offset, end = offset + request.Length;
        while (offset < end)
        {
            long length = request.Length;
            bool isHole = false;
            string? failure = request.Length < ShortRead ? null : Measure(offset, end, out length, out isHole);
            if (failure is null && isHole)
            {
                replies.Hole(request.Cookie, offset, (uint)length, offset + length == end);
            }
            else
            {
                failure ??= ReadChunk(request.Cookie, offset, (int)length, offset + length == end, replies);
            }

            if (failure is not null)
            {
                replies.Failed(request.Cookie, NbdError.InputOutput, failure, offset);
                return;
            }

            offset += length;
        }
    }

    private string? ReadChunk(ulong cookie, long offset, int length, bool last, ReplyBuffer replies)
    {
        Span<byte> message = replies.Reserve(DataHeader + length);
        if (ReadPart(offset, message[DataHeader..]) is { } failure)
        {
            return failure;
        }

        WriteDataHeader(message, cookie, offset, length, last);
        replies.Commit(message.Length);
        return null;
    }

    private string? ReadPart(long offset, Span<byte> destination)
    {
        try
        {
            _source!.ReadAt(offset, destination, cancellationToken);
            return null;
        }
        catch (Exception failure)
        {
            return Note("reading", offset, destination.Length, failure);
        }
    }

    private static void WriteDataHeader(Span<byte> message, ulong cookie, long offset, int length, bool last)
    {
        ReplyBuffer.WriteChunk(message, ChunkType.OffsetData, last, cookie, 8 + length);
        BinaryPrimitives.WriteInt64BigEndian(message[Protocol.ChunkLength..], offset);
    }

    private void Cache(in Request request, ReplyBuffer replies)
    {
        byte[] buffer = resources.Buffers.Rent(ServerResources.BufferLength);
        string? failure = null;
        try
        {
            long end = (long)request.Offset + Math.Min(request.Length, NbdLimits.LargestRequest);
            for (long offset = (long)request.Offset; offset < end && failure is null; offset += ServerResources.PartLength)
            {
                failure = ReadPart(offset, buffer.AsSpan(0, (int)Math.Min(ServerResources.PartLength, end - offset)));
            }
        }
        finally
        {
            resources.Buffers.Return(buffer);
        }

        Conclude(request, failure, replies);
    }
}
