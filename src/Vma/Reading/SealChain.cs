// SPDX-License-Identifier: MIT

using Vma.Extents;
using Vma.Format;

namespace Vma.Reading;

/// <summary>
/// Follows the seals from extent to extent (docs/integrity.md): behind the first one each extent with data must have one, with the next number, and
/// each zero extent must be among those that the next seal or the end mark counts.
/// </summary>
internal sealed class SealChain(bool isPromised, Action<VmaFault> report)
{
    private bool _ended;
    private ulong _next;
    private ulong _seals;
    private long _shift;
    private uint _register = uint.MaxValue;
    private ZeroExtents _zeroes;

    /// <summary>Whether the header promised seals, or a seal or an end mark was seen.</summary>
    public bool IsSealed { get; private set; } = isPromised;

    /// <summary>Whether an extent with data and without a seal was seen.</summary>
    public bool AnyUnsealed { get; private set; }

    /// <summary>Whether no seal lacks as far as was seen.</summary>
    public bool IsComplete => _ended || !IsSealed;

    public void OnExtent(ScannedExtent extent, ReadOnlySpan<byte> headerBytes)
    {
        if (_ended)
        {
            report(new(VmaFaultCode.BehindEndMark, extent.Offset, "an extent stands behind the end mark"));
        }

        var header = new ExtentHeader(headerBytes);
        if (header.BlockCount == 0)
        {
            _zeroes = _zeroes.Add(headerBytes);
            return;
        }

        if (extent.IsSealed)
        {
            OnSeal(extent, header);
            return;
        }

        AnyUnsealed = true;
        _zeroes = default; // the seal that was lost counted them
        if (IsSealed)
        {
            report(new(VmaFaultCode.SealMissing, extent.Offset, "the extent has no seal, though the archive is sealed: its data cannot be checked"));
            _next++;
        }
    }

    public void OnStraySeal(long offset)
    {
        IsSealed = true;
        _zeroes = default;
        report(new(VmaFaultCode.SealMismatch, offset, "a seal does not stand behind the extent that it seals"));
    }

    public void OnEndMark(long offset, SealPayload mark)
    {
        IsSealed = true;
        if (_ended)
        {
            report(new(VmaFaultCode.BehindEndMark, offset, "a second end mark"));
        }
        else if (mark.Number != _seals || mark.Offset != (ulong)offset || mark.Checksum != ~_register || mark.ZeroesBefore != _zeroes)
        {
            string message =
                $"the archive was ended with {mark.Number} extents at {mark.Offset}; here are {_seals} sealed ones at {offset}, or others than then";
            report(new(VmaFaultCode.EndMarkMismatch, offset, message));
        }

        _ended = true;
    }

    public void OnEnd(long offset)
    {
        if (IsSealed && !_ended)
        {
            report(new(VmaFaultCode.EndMarkMissing, offset, "the archive is sealed but has no end mark: its end is cut off"));
        }
    }

    private void OnSeal(ScannedExtent extent, ExtentHeader header)
    {
        IsSealed = true;
        SealPayload seal = extent.Seal;
        long shift = unchecked(extent.Offset - (long)seal.Offset);
        if (seal.Number != _next || shift != _shift)
        {
            string message =
                $"this is extent {seal.Number} from offset {seal.Offset}, where extent {_next} should be: extents or bytes were lost, added or moved";
            report(new(VmaFaultCode.SealMismatch, extent.Offset, message));
        }
        else if (seal.SlotCount > ExtentLayout.Slots || seal.SlotCount < UsedSlots(header))
        {
            report(new(VmaFaultCode.SealMismatch, extent.Offset, "the seal is for another number of slots"));
        }

        else if (seal.ZeroesBefore != _zeroes)
        {
            string message =
                $"of the {seal.ZeroesBefore.Count} extents of zeros that its seal counts in front of this one, some were lost, added, changed or moved";
            report(new(VmaFaultCode.SealMismatch, extent.Offset, message));
        }

        // From here on count from what is there, so that one loss is told once.
        (_next, _shift) = (unchecked(seal.Number + 1), shift);
        _seals++;
        _zeroes = default;
        Span<byte> payload = stackalloc byte[NullExtent.PayloadLength];
        seal.Write(payload);
        _register = Crc32C.Append(_register, payload);
    }

    private static int UsedSlots(ExtentHeader header)
    {
        int used = 0;
        foreach (Slot _ in Slot.Of(header))
        {
            used++;
        }

        return used;
    }
}
