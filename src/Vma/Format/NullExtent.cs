// SPDX-License-Identifier: MIT

using static Vma.Format.ExtentLayout;

namespace Vma.Format;

/// <summary>
/// A null extent stores nothing and uses no slot, so readers skip it; the seven bytes beside each slot's device id carry a payload
/// (docs/integrity.md).
/// </summary>
internal static class NullExtent
{
    private const int BytesPerSlot = SlotLength - 1;

    /// <summary>The device id is the fourth byte of a slot: what would make the slot a used one.</summary>
    private const int DeviceIdAt = 3;

    public const int PayloadLength = Slots * BytesPerSlot;

    public static void Write(Span<byte> header, ReadOnlySpan<byte> payload, Guid uuid)
    {
        header[..HeaderLength].Clear();
        for (int i = 0; i < payload.Length; i++)
        {
            header[PositionOf(i)] = payload[i];
        }

        ExtentHeader.Complete(header, uuid, blockCount: 0);
    }

    public static void ReadPayload(ReadOnlySpan<byte> header, Span<byte> payload)
    {
        for (int i = 0; i < PayloadLength; i++)
        {
            payload[i] = header[PositionOf(i)];
        }
    }

    private static int PositionOf(int payloadByte)
    {
        int inSlot = payloadByte % BytesPerSlot;
        return SlotsOffset + payloadByte / BytesPerSlot * SlotLength + inSlot + (inSlot >= DeviceIdAt ? 1 : 0);
    }
}
