// SPDX-License-Identifier: MIT

using Vma.Extents;
using Vma.Format;

namespace Vma.Indexing;

/// <summary>Headers and seals of the extents last used. Thread-safe.</summary>
internal sealed class ExtentCache(PositionalInput input, Guid uuid)
{
    private const int Places = 16;

    private readonly Entry?[] _entries = new Entry?[Places];

    /// <summary>The slot of an extent, with the checksum of its data where there is one.</summary>
    public (Slot Slot, uint? Checksum) SlotOf(long extentOffset, int index)
    {
        int place = (int)(extentOffset / VmaLayout.SectorSize % Places);
        Entry? entry = Volatile.Read(ref _entries[place]);
        if (entry?.Offset != extentOffset)
        {
            entry = Load(extentOffset);
            Volatile.Write(ref _entries[place], entry);
        }

        foreach (Slot slot in Slot.Of(new ExtentHeader(entry.Header)))
        {
            if (slot.Index == index)
            {
                return (slot, entry.Seal is { } seal ? seal.Slots[index] : null);
            }
        }

        throw new VmaException(new(VmaFaultCode.ExtentChecksum, extentOffset, "the extent is not what it was when the archive was indexed"));
    }

    private Entry Load(long offset)
    {
        var header = new byte[ExtentLayout.HeaderLength];
        input.ReadAt(offset, header);
        if (ExtentHeader.Check(header, uuid, offset) is { } fault)
        {
            throw new VmaException(fault);
        }

        return new Entry(offset, header, ReadSeal(header, offset + header.Length + new ExtentHeader(header).DataLength));
    }

    private SealPayload? ReadSeal(ReadOnlySpan<byte> extentHeader, long offset)
    {
        Span<byte> behind = stackalloc byte[ExtentLayout.HeaderLength];
        try
        {
            input.ReadAt(offset, behind);
        }
        catch (EndOfStreamException)
        {
            return null; // a plain archive's last extent
        }

        return SealPayload.SealOf(extentHeader, behind, uuid);
    }

    private sealed record Entry(long Offset, byte[] Header, SealPayload? Seal);
}
