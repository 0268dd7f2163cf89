// SPDX-License-Identifier: MIT

using System.Buffers.Binary;

namespace Vma.Testing;

/// <summary>Makes seals and end marks from what docs/integrity.md says.</summary>
public sealed class Sealer(Guid uuid)
{
    private readonly List<byte[]> _payloads = [];
    private readonly List<byte[]> _zeroes = [];

    /// <summary>A zero extent, which the next seal or the end mark counts.</summary>
    public void Count(ExtentDraft extent) => _zeroes.Add(extent.ToBytes(uuid));

    public byte[] SealOf(ExtentDraft extent)
    {
        byte[] header = extent.ToBytes(uuid)[..ExtentDraft.HeaderLength];
        byte[] payload = Payload(kind: 1, (ulong)_payloads.Count, (ulong)extent.Offset, Crc32CBitByBit.Of(header));
        BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(6), (ushort)extent.SlotCount);
        int at = 28;
        foreach (uint checksum in extent.SlotChecksums())
        {
            BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(at), checksum);
            at += 4;
        }

        _payloads.Add(payload);
        return Wrap(payload);
    }

    public byte[] EndMark(int offset) => Wrap(Payload(kind: 2, (ulong)_payloads.Count, (ulong)offset, Crc32CBitByBit.Of(_payloads)));

    private byte[] Wrap(byte[] payload) => new ExtentDraft { Payload = payload }.ToBytes(uuid);

    private byte[] Payload(byte kind, ulong number, ulong offset, uint checksum)
    {
        var payload = new byte[ExtentDraft.PayloadLength];
        "VSEA"u8.CopyTo(payload);
        payload[4] = kind;
        payload[5] = 2;
        BinaryPrimitives.WriteUInt64BigEndian(payload.AsSpan(8), number);
        BinaryPrimitives.WriteUInt64BigEndian(payload.AsSpan(16), offset);
        BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(24), checksum);
        BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(264), (uint)_zeroes.Count);
        BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(268), Crc32CBitByBit.Of(_zeroes));
        _zeroes.Clear();
        return payload;
    }
}
