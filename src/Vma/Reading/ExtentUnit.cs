// SPDX-License-Identifier: MIT

using Vma.Extents;
using Vma.Format;
using Vma.Input;

namespace Vma.Reading;

/// <summary>One data extent on its way from the scanner to whoever uses it, with its seal when it has one.</summary>
internal sealed class ExtentUnit : IDisposable
{
    /// <summary>How much is read at once of data that was left: stays in a core's cache from reading to writing.</summary>
    private const int PieceLength = 256 << 10;

    private ExtentBuffer _buffer = ExtentBufferPool.Rent();
    private int _loadedFrom;
    private int _loadedTo;
    private bool _isLeft;

    /// <summary>Where it was read from; knows what could not be read there.</summary>
    public ForwardInput? Input { get; set; }

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
    public int TakeFrom(ForwardInput input) => input.Exchange(ref _buffer);

    /// <summary>Forgets what the unit held.</summary>
    public void Clear()
    {
        DataPresent = 0;
        HasHole = false;
        Seal = default;
        (_loadedFrom, _loadedTo, _isLeft) = (0, ExtentLayout.MaxDataLength, false);
    }

    /// <summary>The data is all there, and is read from the input when it is asked for.</summary>
    public void LeaveData(int length)
    {
        DataPresent = length;
        (_loadedFrom, _loadedTo, _isLeft) = (0, 0, true);
    }

    /// <summary>Whether a slot's data is in memory, so that asking for it displaces nothing.</summary>
    public bool IsLoaded(Slot slot) => slot.DataLength == 0 || slot.DataOffset >= _loadedFrom && slot.DataOffset + slot.DataLength <= _loadedTo;

    /// <summary>
    /// Some of the extent's data, from <paramref name="offset"/> on: of slots that were asked for, and not displaced by others since.
    /// </summary>
    public ReadOnlyMemory<byte> Data(int offset, int length) => Buffer.DataMemory(offset - _loadedFrom, length);

    /// <summary>Gets a slot's data into memory; false when it is not all there.</summary>
    public bool Load(Slot slot)
    {
        if (_isLeft && !IsLoaded(slot))
        {
            LoadFrom(slot);
        }

        return slot.DataOffset + slot.DataLength <= DataPresent;
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
            ? Seal.Slots[slot.Index] == Crc32C.Compute(Data(slot.DataOffset, slot.DataLength).Span)
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
        bool isThere = HasHole && moved >= 0 && Seal.Slots[slot.Index] == Crc32C.Compute(Data(moved, slot.DataLength).Span);
        return isThere ? moved : null;
    }

    /// <summary>Reads a slot's data, and that of as many slots behind it as fit a piece.</summary>
    private void LoadFrom(Slot first)
    {
        int end = first.DataOffset + first.DataLength;
        foreach (Slot slot in Slot.Of(Buffer.Header))
        {
            int to = slot.DataOffset + slot.DataLength;
            end = slot.Index > first.Index && to - first.DataOffset <= PieceLength ? to : end;
        }

        (_loadedFrom, _loadedTo) = (first.DataOffset, end);
        int read = Input!.File!.ReadUpTo(DataOffset + first.DataOffset, Buffer.Data[..(end - first.DataOffset)]);
        if (first.DataOffset + read < end)
        {
            DataPresent = first.DataOffset + read; // the archive became shorter
        }
    }
}
