// SPDX-License-Identifier: MIT

using static Vma.Format.ExtentLayout;

namespace Vma.Format;

/// <summary>
/// A null extent stores nothing and uses no slot, so readers skip it; five bytes of each slot carry a payload (docs/integrity.md). Mask and device id
/// stay zero: a reader may take a device for a used slot, or count the bits of all masks.
/// </summary>
internal static class NullExtent
{
    public const int PayloadLength = Slots * 5;

    /// <summary>The reserved byte and the cluster number, by their place in the slot.</summary>
    private static ReadOnlySpan<byte> PlacesInSlot => [2, 4, 5, 6, 7];

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

    private static int PositionOf(int payloadByte) =>
        SlotsOffset + payloadByte / PlacesInSlot.Length * SlotLength + PlacesInSlot[payloadByte % PlacesInSlot.Length];
}
