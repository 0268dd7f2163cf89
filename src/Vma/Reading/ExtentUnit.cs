// SPDX-License-Identifier: MIT

using Vma.Extents;
using Vma.Format;

namespace Vma.Reading;

/// <summary>One data extent on its way from the scanner to whoever uses it, with its seal when it has one.</summary>
internal sealed class ExtentUnit : IDisposable
{
    private ExtentBuffer _buffer = ExtentBufferPool.Rent();

    /// <summary>Where it was read from; knows what could not be read there.</summary>
    public ArchiveInput? Input { get; set; }

    public ExtentBuffer Buffer => _buffer;

    public void Dispose() => ExtentBufferPool.Return(_buffer);

    /// <summary>Where the extent's header starts in the archive.</summary>
    public long Offset { get; set; }

    /// <summary>How many bytes of data are in the buffer: less than the header says when the extent is cut.</summary>
    public int DataPresent { get; set; }

    /// <summary>Whether bytes were lost from inside the data, so that without a seal none of it can be trusted.</summary>
    public bool HasHole { get; set; }

    /// <summary>Whether the archive was known to be sealed when the extent was read, with or without a seal of its own.</summary>
    public bool InSealedArchive { get; set; }

    public SealPayload Seal { get; set; }

    public bool IsSealed => Seal.Kind == SealKind.Seal;

    /// <summary>Bit k: slot k names a cluster that may be used as far as the archive's structure goes.</summary>
    public ulong UsableSlots { get; set; }

    /// <summary>Bit k: slot k is not usable only because its cluster was there before.</summary>
    public ulong RepeatedSlots { get; set; }

    public bool IsUsable(Slot slot) => (UsableSlots >> slot.Index & 1) != 0;

    public long DataOffset => Offset + ExtentLayout.HeaderLength;

    /// <summary>Takes the input's next bytes without copying them where that can be done; tells how many are in the buffer now.</summary>
    public int TakeFrom(ArchiveInput input) => input.Exchange(ref _buffer);

    public ReadOnlySpan<byte> DataOf(Slot slot) => Buffer.Data.Slice(slot.DataOffset, slot.DataLength);

    /// <summary>Whether a slot's data is all there and, under a seal, what was sealed.</summary>
    public bool IsIntact(Slot slot)
    {
        if (slot.DataLength == 0)
        {
            return true;
        }

        if (slot.DataOffset + slot.DataLength > DataPresent)
        {
            return false;
        }

        return IsSealed
            ? Seal.Slots[slot.Index] == Crc32C.Compute(DataOf(slot))
            : !HasHole && Input?.IsUnreadable(DataOffset + slot.DataOffset, slot.DataLength) is not true;
    }

    /// <summary>
    /// Where a slot's data is when its seal says that it is right: where it should be, or, when bytes were lost in front of it, as far
    /// from the end. Null when it is neither.
    /// </summary>
    public int? FindSealed(Slot slot)
    {
        if (IsIntact(slot))
        {
            return slot.DataOffset;
        }

        int moved = slot.DataOffset - (Buffer.Header.DataLength - DataPresent);
        bool isThere = HasHole && moved >= 0 && Seal.Slots[slot.Index] == Crc32C.Compute(Buffer.Data.Slice(moved, slot.DataLength));
        return isThere ? moved : null;
    }
}
