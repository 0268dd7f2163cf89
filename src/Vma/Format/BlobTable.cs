// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Collections;
using static Vma.Format.HeaderLayout;

namespace Vma.Format;

/// <summary>The blobs of a header: names and configs, each behind its 2-byte little-endian length.</summary>
internal readonly ref struct BlobTable
{
    public const int LengthBytes = 2;

    /// <summary>Byte 0 is unused, so that pointer 0 can mean "none".</summary>
    public const int FirstPointer = 1;

    private readonly ReadOnlySpan<byte> _buffer;
    private readonly BitArray _starts;

    private BlobTable(ReadOnlySpan<byte> buffer)
    {
        _buffer = buffer;
        _starts = new BitArray(buffer.Length);
        for (int at = FirstPointer; at <= buffer.Length - LengthBytes; at += LengthBytes + LengthAt(at))
        {
            _starts[at] = true;
        }
    }

    public static VmaFault? Open(ReadOnlySpan<byte> header, out BlobTable table)
    {
        uint offset = BinaryPrimitives.ReadUInt32BigEndian(header[BlobBufferOffsetOffset..]);
        uint size = BinaryPrimitives.ReadUInt32BigEndian(header[BlobBufferSizeOffset..]);
        table = default;
        if (offset < FixedLength || (ulong)offset + size > (ulong)header.Length)
        {
            string message = $"a blob buffer of {size} bytes at {offset} does not lie in the header's {FixedLength} to {header.Length}";
            return new(VmaFaultCode.BlobBuffer, BlobBufferOffsetOffset, message);
        }

        table = new BlobTable(header.Slice((int)offset, (int)size));
        return null;
    }

    /// <summary>The blob that ends where the buffer ends, and where it begins; false when there is none.</summary>
    public bool TryGetLast(out uint pointer, out ReadOnlySpan<byte> blob)
    {
        int last = _starts.Length - 1;
        while (last >= 0 && !_starts[last])
        {
            last--;
        }

        pointer = (uint)Math.Max(last, 0);
        return TryGet(pointer, out blob);
    }

    /// <summary>The blob that begins at <paramref name="pointer"/>; false when none does or it is cut off.</summary>
    public bool TryGet(uint pointer, out ReadOnlySpan<byte> blob)
    {
        blob = default;
        if (pointer >= (uint)_buffer.Length || !_starts[(int)pointer])
        {
            return false;
        }

        int start = (int)pointer + LengthBytes;
        int length = LengthAt((int)pointer);
        if (length > _buffer.Length - start)
        {
            return false;
        }

        blob = _buffer.Slice(start, length);
        return true;
    }

    private int LengthAt(int pointer) => BinaryPrimitives.ReadUInt16LittleEndian(_buffer[pointer..]);
}
