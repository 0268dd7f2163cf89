// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Vma.Nbd.Wire;

namespace Vma.Nbd.Server;

/// <content>What is allocated.</content>
internal sealed partial class DiskService
{
    private const int ShortestHole = 4096;
    private const int MostExtents = 8192;

    /// <summary>How many bytes from <paramref name="offset"/> on are one hole, or data for one message; returns what went wrong, or null.</summary>
    private string? Measure(long offset, long end, out long length, out bool isHole)
    {
        length = 0;
        isHole = false;
        long most = Math.Min(end - offset, ServerResources.PartLength);
        try
        {
            do
            {
                BlockStatus status = _source!.StatusAt(offset + length, cancellationToken);
                if (status.ReadsAsZeroes && Math.Min(status.Length, end - offset - length) >= ShortestHole)
                {
                    isHole = length == 0;
                    length = isHole ? Math.Min(status.Length, end - offset) : length;
                    break;
                }

                length = Math.Min(length + Math.Max(Math.Min(status.Length, most), 1), most);
            }
            while (length < most);
            return null;
        }
        catch (Exception failure)
        {
            return Note("asking what is allocated in", offset, end - offset, failure);
        }
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

                Span<byte> extent = extents.Slice(count * Protocol.ExtentLength, Protocol.ExtentLength);
                BinaryPrimitives.WriteUInt32BigEndian(extent, (uint)(stop - offset));
                BinaryPrimitives.WriteUInt32BigEndian(extent[4..], first.ReadsAsZeroes ? Protocol.Hole | Protocol.ReadsAsZeroes : 0);
                count++;
                offset = stop;
            }
        }
        catch (Exception failure)
        {
            replies.Failed(request.Cookie, NbdError.InputOutput, Note("asking what is allocated in", offset, end - offset, failure));
            return;
        }

        int payload = 4 + (count * Protocol.ExtentLength);
        ReplyBuffer.WriteChunk(message, ChunkType.BlockStatus, last: true, request.Cookie, payload);
        BinaryPrimitives.WriteUInt32BigEndian(message[Protocol.ChunkLength..], Session.AllocationNumber);
        replies.Commit(Protocol.ChunkLength + payload);
    }
}
