// SPDX-License-Identifier: MIT

using System.Buffers.Binary;

namespace Vma.Nbd.Wire;

/// <summary>Reads the fields of a message of the handshake. Behind the message's end all is empty, and <see cref="Failed"/>.</summary>
internal ref struct OptionReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> _rest = data;

    public bool Failed { get; private set; }

    public readonly bool AtEnd => !Failed && _rest.Length == 0;

    public ushort ReadUInt16() => Take(2) is { Length: 2 } bytes ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : (ushort)0;

    public uint ReadUInt32() => Take(4) is { Length: 4 } bytes ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;

    public ulong ReadUInt64() => Take(8) is { Length: 8 } bytes ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : 0;

    /// <summary>A text behind its length; null when it is too long, or not UTF-8.</summary>
    public string? ReadText()
    {
        uint length = ReadUInt32();
        if (length > NbdLimits.LongestText)
        {
            Failed = true;
            return null;
        }

        ReadOnlySpan<byte> bytes = Take((int)length);
        return Failed ? null : NbdText.TryRead(bytes);
    }

    /// <summary>All that is left.</summary>
    public ReadOnlySpan<byte> ReadRest() => Take(_rest.Length);

    private ReadOnlySpan<byte> Take(int count)
    {
        if (Failed || _rest.Length < count)
        {
            Failed = true;
            return default;
        }

        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
