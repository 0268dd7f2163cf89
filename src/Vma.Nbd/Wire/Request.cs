// SPDX-License-Identifier: MIT

using System.Buffers.Binary;

namespace Vma.Nbd.Wire;

/// <summary>A request of the transmission phase, without its data.</summary>
internal readonly record struct Request(Command Command, CommandFlags Flags, ulong Cookie, ulong Offset, uint Length)
{
    /// <summary>Reads the fixed form; false when it does not begin as one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Request request)
    {
        request = new(
            (Command)BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]),
            (CommandFlags)BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[24..]));
        return BinaryPrimitives.ReadUInt32BigEndian(bytes) == Protocol.RequestMagic;
    }

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Protocol.RequestMagic);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], (ushort)Flags);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)Command);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Cookie);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], Offset);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[24..], Length);
    }
}
