// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Vma.Nbd.Wire;

namespace Vma.Nbd.Client;

/// <summary>Reads a server's answers, and checks them against what was asked.</summary>
internal sealed class ReplyReader(ReceiveBuffer input, bool structured, PendingRequests requests)
{
    private const int ErrorHeader = 6;
    private const int LongestError = ErrorHeader + NbdLimits.LongestText + 8;
    private const int LongestStatus = 64 << 20;
    private const int KeptExtents = 64 << 10;

    /// <summary>Reads one message; false when the server ended the connection before it.</summary>
    /// <exception cref="NbdException">The server broke the protocol.</exception>
    public bool ReadOne()
    {
        if (!input.TryTake(Protocol.SimpleReplyLength, out ReadOnlySpan<byte> header))
        {
            return false;
        }

        uint magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        ulong cookie = BinaryPrimitives.ReadUInt64BigEndian(header[8..]);
        uint middle = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        bool simple = magic == Protocol.SimpleReplyMagic;
        NbdException.ThrowIf(!simple && (magic != Protocol.StructuredReplyMagic || !structured), "the NBD server sent something that is no answer");

        PendingRequest pending = requests.Find(cookie) ?? throw new NbdException("the NBD server answered what was not asked");
        if (simple)
        {
            ReadSimple(pending, unchecked((NbdError)middle));
            requests.Finish(cookie);
            return true;
        }

        bool last = (middle >> 16 & Protocol.LastChunk) != 0;
        ReadChunk(pending, (ChunkType)(middle & 0xffff), BinaryPrimitives.ReadUInt32BigEndian(input.Take(4)));
        if (last)
        {
            requests.Finish(pending.IsWhole() ? cookie : throw Broken(pending));
        }

        return true;
    }

    private void ReadSimple(PendingRequest pending, NbdError error)
    {
        if (error != NbdError.None)
        {
            pending.Fail(error, null);
        }
        else if (pending.Command == Command.BlockStatus || (pending.Command == Command.Read && structured))
        {
            throw Broken(pending);
        }
        else if (pending.Command == Command.Read)
        {
            ReadData(pending, 0, pending.Length);
        }
    }

    private void ReadChunk(PendingRequest pending, ChunkType type, uint length)
    {
        bool read = pending.Command == Command.Read;
        switch (type)
        {
            case ChunkType.None when length == 0:
                break;
            case ChunkType.OffsetData when read && length > 8:
                ulong offset = BinaryPrimitives.ReadUInt64BigEndian(input.Take(8));
                ReadData(pending, pending.TryCover(offset, length - 8, out uint start) ? start : throw Broken(pending), length - 8);
                break;
            case ChunkType.OffsetHole when read && length == 12:
                ReadHole(pending, input.Take(12));
                break;
            case ChunkType.BlockStatus when pending.Command == Command.BlockStatus && IsStatusLength(length):
                ReadExtents(pending, (int)length);
                break;
            case var failed when ((ushort)failed & Protocol.ErrorChunks) != 0 && length is >= ErrorHeader and <= LongestError:
                ReadError(pending, input.Take((int)length));
                break;
            default:
                throw Broken(pending);
        }
    }

    private static bool IsStatusLength(uint length) => length is >= 12 and <= LongestStatus && length % Protocol.ExtentLength == 4;

    private void ReadData(PendingRequest pending, uint start, uint length)
    {
        Span<byte> destination = pending.BeginReceive(start, length);
        if (destination.IsEmpty)
        {
            input.Skip(length);
            return;
        }

        input.ReadExactly(destination);
        pending.EndReceive();
    }

    private static void ReadHole(PendingRequest pending, ReadOnlySpan<byte> payload)
    {
        uint length = BinaryPrimitives.ReadUInt32BigEndian(payload[8..]);
        if (!pending.TryCover(BinaryPrimitives.ReadUInt64BigEndian(payload), length, out uint start))
        {
            throw Broken(pending);
        }

        pending.BeginReceive(start, length).Clear();
        pending.EndReceive();
    }

    private void ReadExtents(PendingRequest pending, int length)
    {
        uint context = BinaryPrimitives.ReadUInt32BigEndian(input.Take(4));
        for (int left = length - 4; left > 0; left -= Protocol.ExtentLength)
        {
            ReadOnlySpan<byte> extent = input.Take(Protocol.ExtentLength);
            uint bytes = BinaryPrimitives.ReadUInt32BigEndian(extent);
            if (bytes == 0)
            {
                throw Broken(pending);
            }

            if (context == pending.Context && pending.Extents.Count < KeptExtents)
            {
                pending.Extents.Add(new NbdExtent(bytes, BinaryPrimitives.ReadUInt32BigEndian(extent[4..])));
            }
        }
    }

    private static void ReadError(PendingRequest pending, ReadOnlySpan<byte> payload)
    {
        int length = BinaryPrimitives.ReadUInt16BigEndian(payload[4..]);
        if (length > payload.Length - ErrorHeader)
        {
            throw Broken(pending);
        }

        pending.Fail(unchecked((NbdError)BinaryPrimitives.ReadUInt32BigEndian(payload)), NbdText.Printable(payload.Slice(ErrorHeader, length)));
    }

    private static NbdException Broken(PendingRequest pending) => new($"the NBD server broke the protocol in its answer to a {pending}");
}
