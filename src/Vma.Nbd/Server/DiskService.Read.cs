// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Vma.Nbd.Wire;

namespace Vma.Nbd.Server;

internal sealed partial class DiskService
{
    private const int DataHeader = Protocol.ChunkLength + 8;

    /// <summary>Below this a hole in an answer spares less than it costs to ask for it.</summary>
    private const int ShortRead = 32 << 10;

    private const int ShortestHole = 4096;
    private const int MostExtents = 8192;

    private void Read(in Request request, ReplyBuffer replies)
    {
        if (!session.Structured)
        {
            ReadSimple(request, replies);
        }
        else if (request.Length == 0)
        {
            replies.Done(request.Cookie);
        }
        else if ((request.Flags & CommandFlags.DoNotFragment) != 0)
        {
            ReadWhole(request, replies, DataHeader);
        }
        else
        {
            ReadChunks(request, replies);
        }
    }

    private void ReadSimple(in Request request, ReplyBuffer replies)
    {
        if (request.Length == 0)
        {
            replies.Simple(request.Cookie, NbdError.None);
        }
        else
        {
            ReadWhole(request, replies, Protocol.SimpleReplyLength);
        }
    }

    /// <summary>An answer in one message, which is begun only when all of its data is there.</summary>
    private void ReadWhole(in Request request, ReplyBuffer replies, int header)
    {
        int total = header + (int)request.Length;
        if (request.Length <= ServerResources.PieceLength)
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
            Refuse(request, (NbdError.OutOfMemory, "the server is busy with other long requests"), replies);
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
            Refuse(request, (NbdError.OutOfMemory, "the server has no memory for a long request"), replies);
        }
        finally
        {
            resources.Bytes.Return(total);
        }
    }

    private bool TryFill(in Request request, Span<byte> message, int header, ReplyBuffer replies)
    {
        if (ReadPiece((long)request.Offset, message[header..]) is { } failure)
        {
            Refuse(request, (NbdError.InputOutput, failure), replies);
            return false;
        }

        if (header == DataHeader)
        {
            WriteDataHeader(message, request.Cookie, (long)request.Offset, (int)request.Length, last: true);
        }
        else
        {
            ReplyBuffer.WriteSimple(message, request.Cookie, NbdError.None);
        }

        return true;
    }

    private void ReadChunks(in Request request, ReplyBuffer replies)
    {
        long offset = (long)request.Offset, end = offset + request.Length;
        while (offset < end)
        {
            long length;
            if (request.Length < ShortRead)
            {
                length = request.Length;
            }
            else if (!TryRun(offset, end, out length, out bool hole, out string? failure))
            {
                replies.Failed(request.Cookie, NbdError.InputOutput, failure!, offset);
                return;
            }
            else if (hole)
            {
                replies.Hole(request.Cookie, offset, (uint)length, offset + length == end);
                offset += length;
                continue;
            }

            int total = DataHeader + (int)length;
            Span<byte> message = replies.Reserve(total);
            if (ReadPiece(offset, message[DataHeader..]) is { } fault)
            {
                replies.Failed(request.Cookie, NbdError.InputOutput, fault, offset);
                return;
            }

            WriteDataHeader(message, request.Cookie, offset, (int)length, offset + length == end);
            replies.Commit(total);
            offset += length;
        }
    }

    /// <summary>How far it goes from <paramref name="offset"/> on as one hole, or as data for one message.</summary>
    private bool TryRun(long offset, long end, out long length, out bool hole, out string? failure)
    {
        length = 0;
        hole = false;
        failure = null;
        long most = Math.Min(end - offset, ServerResources.PieceLength);
        try
        {
            do
            {
                BlockStatus status = _source!.StatusAt(offset + length, cancellationToken);
                if (status.ReadsAsZeroes && Math.Min(status.Length, end - offset - length) >= ShortestHole)
                {
                    hole = length == 0;
                    length = hole ? Math.Min(status.Length, end - offset) : length;
                    return true;
                }

                length = Math.Min(length + Math.Max(Math.Min(status.Length, most), 1), most);
            }
            while (length < most);
            return true;
        }
        catch (Exception fault)
        {
            failure = Note("asking what is allocated in", offset, end - offset, fault);
            return false;
        }
    }

    private string? ReadPiece(long offset, Span<byte> destination)
    {
        try
        {
            _source!.ReadAt(offset, destination, cancellationToken);
            return null;
        }
        catch (Exception fault)
        {
            return Note("reading", offset, destination.Length, fault);
        }
    }

    private static void WriteDataHeader(Span<byte> message, ulong cookie, long offset, int length, bool last)
    {
        ReplyBuffer.WriteChunk(message, ChunkType.OffsetData, last, cookie, 8 + length);
        BinaryPrimitives.WriteInt64BigEndian(message[Protocol.ChunkLength..], offset);
    }

    private void Cache(in Request request, ReplyBuffer replies)
    {
        byte[] buffer = resources.Buffers.Rent();
        string? failure = null;
        try
        {
            long end = (long)request.Offset + Math.Min(request.Length, Protocol.LargestRequest);
            for (long offset = (long)request.Offset; offset < end && failure is null; offset += ServerResources.PieceLength)
            {
                failure = ReadPiece(offset, buffer.AsSpan(0, (int)Math.Min(ServerResources.PieceLength, end - offset)));
            }
        }
        finally
        {
            resources.Buffers.Return(buffer);
        }

        Conclude(request, failure, replies);
    }

    private void Status(in Request request, ReplyBuffer replies)
    {
        long offset = (long)request.Offset, end = offset + request.Length;
        int most = (request.Flags & CommandFlags.OneExtent) != 0 ? 1 : MostExtents, count = 0;
        Span<byte> message = replies.Reserve(Protocol.ChunkLength + 4 + (most * Protocol.ExtentLength));
        Span<byte> extents = message[(Protocol.ChunkLength + 4)..];
        try
        {
            while (offset < end && count < most)
            {
                BlockStatus first = _source!.StatusAt(offset, cancellationToken);
                long stop = offset + Math.Clamp(first.Length, 1, end - offset);
                while (stop < end && _source.StatusAt(stop, cancellationToken) is var next && next.ReadsAsZeroes == first.ReadsAsZeroes)
                {
                    stop += Math.Clamp(next.Length, 1, end - stop);
                }

                BinaryPrimitives.WriteUInt32BigEndian(extents[(count * Protocol.ExtentLength)..], (uint)(stop - offset));
                BinaryPrimitives.WriteUInt32BigEndian(extents[((count * Protocol.ExtentLength) + 4)..], first.ReadsAsZeroes ? Protocol.Hole | Protocol.ReadsAsZeroes : 0);
                count++;
                offset = stop;
            }
        }
        catch (Exception fault)
        {
            replies.Failed(request.Cookie, NbdError.InputOutput, Note("asking what is allocated in", offset, end - offset, fault));
            return;
        }

        int payload = 4 + (count * Protocol.ExtentLength);
        ReplyBuffer.WriteChunk(message, ChunkType.BlockStatus, last: true, request.Cookie, payload);
        BinaryPrimitives.WriteUInt32BigEndian(message[Protocol.ChunkLength..], Session.AllocationNumber);
        replies.Commit(Protocol.ChunkLength + payload);
    }
}
