// SPDX-License-Identifier: MIT

using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Vma.Nbd.Wire;

/// <summary>Collects the fields of a message of the handshake.</summary>
internal sealed class OptionWriter
{
    private readonly List<byte> _bytes = [];

    public ReadOnlySpan<byte> Written => CollectionsMarshal.AsSpan(_bytes);

    /// <summary>An option of a client with its data.</summary>
    public static OptionWriter Message(Option option, ReadOnlySpan<byte> data) =>
        new OptionWriter().UInt64(Protocol.OptionMagic).UInt32((uint)option).UInt32((uint)data.Length).Bytes(data);

    /// <summary>A server's reply to an option with its data.</summary>
    public static OptionWriter Message(Option option, OptionReply reply, ReadOnlySpan<byte> data) =>
        new OptionWriter().UInt64(Protocol.OptionReplyMagic).UInt32((uint)option).UInt32((uint)reply).UInt32((uint)data.Length).Bytes(data);

    public OptionWriter UInt16(int value) => Number((ushort)value);

    public OptionWriter UInt32(uint value) => Number(value);

    public OptionWriter UInt64(ulong value) => Number(value);

    public OptionWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Grow(bytes.Length));
        return this;
    }

    /// <summary>A text that ends with the message.</summary>
    public OptionWriter LastText(string text) => Bytes(Encoding.UTF8.GetBytes(text));

    /// <summary>A text behind its length.</summary>
    public OptionWriter Text(string text) => UInt32((uint)Encoding.UTF8.GetByteCount(text)).LastText(text);

    private OptionWriter Number<T>(T value)
        where T : IBinaryInteger<T>
    {
        value.WriteBigEndian(Grow(value.GetByteCount()));
        return this;
    }

    private Span<byte> Grow(int count)
    {
        CollectionsMarshal.SetCount(_bytes, _bytes.Count + count);
        return CollectionsMarshal.AsSpan(_bytes)[^count..];
    }
}
