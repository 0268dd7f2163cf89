// SPDX-License-Identifier: MIT

namespace Vma.Input;

/// <summary>
/// Bounds the work that brings no cluster: garbage to search, null extents, extents that repeat others. Some kilobytes of a compressed archive can decode
/// to hours of it. A plain archive needs no bound, since what stands in it takes its own room. Not thread-safe.
/// </summary>
/// <param name="isBounded">Whether the bytes come out of a decoder.</param>
internal sealed class FruitlessWork(bool isBounded)
{
    /// <summary>In bytes to search. No damage and no writer makes so much, and it is done within a second.</summary>
    private const long Allowance = 1L << 30;

    /// <summary>To compute the MD5 of a header takes as long as to search so many bytes.</summary>
    private const int BytesPerHeader = 16 << 10;

    /// <summary>As <see cref="BytesPerHeader"/>, where only the first fields of a header are looked at.</summary>
    private const int BytesPerLook = 256;

    /// <summary>An archive of which most is damaged is still read to its end: each useful byte allows so many useless ones.</summary>
    private const int UselessPerUseful = 8;

    private const long EarnedByExtent = 16 * BytesPerHeader;

    private long _left = Allowance;

    public bool IsTooMuch => isBounded && _left < 0;

    public void AddBytes(long count) => _left -= count;

    public void AddHeader() => AddBytes(BytesPerHeader);

    public void AddLook() => AddBytes(BytesPerLook);

    /// <summary>Counts an extent with clusters, which is useful when one of them is new.</summary>
    public void AddExtent(int dataLength, bool isUseful)
    {
        if (isUseful)
        {
            _left += EarnedByExtent + (long)dataLength * UselessPerUseful;
        }
        else
        {
            AddHeader();
            AddBytes(dataLength);
        }
    }

    /// <summary>How a reader says that it goes no further.</summary>
    public static VmaFault Fault(long offset) => new(
        VmaFaultCode.BytesSkipped, offset, "the archive decodes to more extents without anything new than can be right; the rest is not read");
}
