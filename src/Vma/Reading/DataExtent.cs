// SPDX-License-Identifier: MIT

using Vma.Extents;
using Vma.Format;
using Vma.Input;

namespace Vma.Reading;

/// <summary>
/// A data extent that was scanned and checked, for the one worker that uses it, in whose buffer it lies. Data that was left in the archive is read when
/// the worker asks for it.
/// </summary>
internal sealed class DataExtent(ScannedExtent scanned, ExtentBuffer buffer, ForwardInput input, CheckedSlots slots, bool inSealedArchive)
{
    /// <summary>How much is read at once of data that was left: so much stays in a core's cache from reading to writing.</summary>
    private const int ReadLength = 256 << 10;

    // Which bytes of the data are in the buffer, and how many there are in all.
    private int _loadedFrom;
    private int _loadedTo = scanned.IsLeft ? 0 : ExtentLayout.MaxDataLength;
    private int _present = scanned.DataPresent;

    /// <summary>Which slots may be used.</summary>
    public CheckedSlots Checked => slots;

    public Slot.Enumerator Slots => Slot.Of(buffer.Header);

    public bool IsSealed => scanned.IsSealed;

    /// <summary>Where the data begins in the archive.</summary>
    public long DataOffset => scanned.DataOffset;

    /// <summary>Whether a slot's data is in memory, so that asking for it displaces nothing.</summary>
    public bool IsLoaded(Slot slot) => slot.DataLength == 0 || slot.DataOffset >= _loadedFrom && slot.DataOffset + slot.DataLength <= _loadedTo;

    /// <summary>Whether the archive has all of a slot's data, intact or not.</summary>
    public bool IsPresent(Slot slot) => slot.DataOffset + slot.DataLength <= _present;

    /// <summary>
    /// Some of the extent's data, from <paramref name="offset"/> on: of slots that were asked for, and not displaced by others since.
    /// </summary>
    public ReadOnlyMemory<byte> Data(int offset, int length) => buffer.DataMemory(offset - _loadedFrom, length);

    /// <summary>Gets a slot's data into memory; false when it is not all there.</summary>
    public bool Load(Slot slot)
    {
        if (scanned.IsLeft && !IsLoaded(slot))
        {
            LoadFrom(slot);
        }

        return IsPresent(slot);
    }

    /// <summary>Whether a slot's data is all there and, under a seal, what was sealed. Afterwards it is in memory.</summary>
    public bool IsIntact(Slot slot)
    {
        if (slot.DataLength == 0)
        {
            return true;
        }

        if (!Load(slot))
        {
            return false;
        }

        return IsSealed
            ? IsAsSealed(slot, slot.DataOffset)
            : !scanned.HasHole && !input.IsUnreadable(scanned.DataOffset + slot.DataOffset, slot.DataLength);
    }

    /// <summary>
    /// Where a slot's data is when it can be trusted, null when it cannot. Under a seal it may have moved towards the extent's start, when bytes were lost
    /// in front of it; in a sealed archive nothing without a seal is trusted.
    /// </summary>
    public int? FindTrusted(Slot slot)
    {
        if (slot.DataLength == 0 || ((IsSealed || !inSealedArchive) && IsIntact(slot)))
        {
            return slot.DataOffset;
        }

        int moved = slot.DataOffset - (buffer.Header.DataLength - _present);
        return IsSealed && scanned.HasHole && moved >= 0 && IsAsSealed(slot, moved) ? moved : null;
    }

    /// <summary>What is wrong with a slot whose data is not intact.</summary>
    public VmaFault DamageOf(Slot slot, VmaDevice device)
    {
        bool isOther = IsPresent(slot) && IsSealed;
        return new VmaFault(
            isOther ? VmaFaultCode.DataChecksum : VmaFaultCode.DataCut,
            scanned.DataOffset + Math.Min(slot.DataOffset, _present),
            isOther ? "the data does not match its checksum" : "the data is cut off, moved or unreadable").At(device, slot.Info.Cluster);
    }

    private bool IsAsSealed(Slot slot, int offset) => scanned.Seal.Slots[slot.Index] == Crc32C.Compute(Data(offset, slot.DataLength).Span);

    /// <summary>Reads a slot's data, and that of as many slots behind it as fit one read.</summary>
    private void LoadFrom(Slot first)
    {
        int end = first.DataOffset + first.DataLength;
        foreach (Slot slot in Slots)
        {
            int to = slot.DataOffset + slot.DataLength;
            end = slot.Index > first.Index && to - first.DataOffset <= ReadLength ? to : end;
        }

        (_loadedFrom, _loadedTo) = (first.DataOffset, end);
        int read = input.File!.ReadUpTo(scanned.DataOffset + first.DataOffset, buffer.Data[..(end - first.DataOffset)]);
        if (first.DataOffset + read < end)
        {
            _present = first.DataOffset + read; // the archive became shorter
        }
    }
}
