// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Vma.Compression.Zstd.Spans;

namespace Vma.Indexing.Stored;

/// <summary>
/// The layout of an index file, as docs/index-format.md tells it: a head that says which archive it is of, then records, each with a hash of its own, the
/// last of which lists the others; and behind that one the place where it begins. All numbers are little-endian.
/// </summary>
internal static class IndexFile
{
    public const int HeadLength = 64;
    public const int RecordHeadLength = 16;
    public const int TailLength = 16;

    /// <summary>What stands in front of a span's record: place, lengths and hashes.</summary>
    public const int SpanHeadLength = 32;

    /// <summary>No record is longer; a window of 2 GiB with every second byte marked would be.</summary>
    private const int LongestRecord = 1 << 30;

    private const ulong Magic = 0x0a5844492d414d56; // "VMA-IDX\n"
    private const ulong EndMagic = 0x0a444e452d584449; // "IDX-END\n"
    private const int Version = 1;

    /// <summary>What a record holds.</summary>
    internal enum Kind
    {
        None,
        Span,
        Extents,
        List,
    }

    public static byte[] HeadOf(in ArchiveIdentity archive)
    {
        var head = new byte[HeadLength];
        BinaryPrimitives.WriteUInt64LittleEndian(head, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(8), Version);
        archive.Write(head.AsSpan(16));
        BinaryPrimitives.WriteUInt64LittleEndian(head.AsSpan(HeadLength - 8), XxHash64.Compute(head.AsSpan(0, HeadLength - 8)));
        return head;
    }

    /// <summary>Whether a file begins as the index of an archive.</summary>
    public static bool IsOf(SafeFileHandle file, in ArchiveIdentity archive)
    {
        Span<byte> head = stackalloc byte[HeadLength];
        return RandomAccess.Read(file, head, 0) == HeadLength && head.SequenceEqual(HeadOf(archive));
    }

    /// <summary>Writes the head of a record: its kind, its length and its hash.</summary>
    public static void WriteRecordHead(Span<byte> destination, Kind kind, ReadOnlySpan<byte> content)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, (int)kind);
        BinaryPrimitives.WriteInt32LittleEndian(destination[4..], content.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], XxHash64.Compute(content) ^ (ulong)kind);
    }

    /// <summary>Reads the record at a place; null when none that is whole begins there.</summary>
    public static byte[]? ReadRecord(SafeFileHandle file, long place, out Kind kind)
    {
        kind = Kind.None;
        Span<byte> head = stackalloc byte[RecordHeadLength];
        long left = RandomAccess.GetLength(file) - place - RecordHeadLength;
        if (left < 0 || RandomAccess.Read(file, head, place) < RecordHeadLength)
        {
            return null;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(head[4..]);
        if (length < 0 || length > Math.Min(left, LongestRecord))
        {
            return null;
        }

        var content = new byte[length];
        kind = (Kind)BinaryPrimitives.ReadInt32LittleEndian(head);
        bool isWhole = ReadFully(file, content, place + RecordHeadLength)
            && BinaryPrimitives.ReadUInt64LittleEndian(head[8..]) == (XxHash64.Compute(content) ^ (ulong)kind);
        return isWhole ? content : null;
    }

    public static byte[] TailOf(long listPlace)
    {
        var tail = new byte[TailLength];
        BinaryPrimitives.WriteInt64LittleEndian(tail, listPlace);
        BinaryPrimitives.WriteUInt64LittleEndian(tail.AsSpan(8), EndMagic);
        return tail;
    }

    /// <summary>Where the last record of a whole index begins; null when the index was not finished.</summary>
    public static long? ListPlaceOf(SafeFileHandle file)
    {
        Span<byte> tail = stackalloc byte[TailLength];
        long place = RandomAccess.GetLength(file) - TailLength;
        bool isTail = place >= HeadLength && ReadFully(file, tail, place) && BinaryPrimitives.ReadUInt64LittleEndian(tail[8..]) == EndMagic;
        return isTail ? BinaryPrimitives.ReadInt64LittleEndian(tail) : null;
    }

    public static void WriteSpanHead(Span<byte> destination, in ZstdSpan span)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination, span.Offset);
        BinaryPrimitives.WriteInt32LittleEndian(destination[8..], span.Length);
        BinaryPrimitives.WriteInt32LittleEndian(destination[12..], span.PlainLength);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], span.CompressedHash);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], span.PlainHash);
    }

    public static ZstdSpan ReadSpanHead(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadInt64LittleEndian(source),
        BinaryPrimitives.ReadInt32LittleEndian(source[8..]),
        BinaryPrimitives.ReadInt32LittleEndian(source[12..]),
        BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(source[24..]));

    private static bool ReadFully(SafeFileHandle file, Span<byte> buffer, long place)
    {
        while (!buffer.IsEmpty)
        {
            int read = RandomAccess.Read(file, buffer, place);
            if (read == 0)
            {
                return false;
            }

            buffer = buffer[read..];
            place += read;
        }

        return true;
    }
}
