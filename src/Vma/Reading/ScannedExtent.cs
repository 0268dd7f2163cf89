// SPDX-License-Identifier: MIT

using Vma.Format;

namespace Vma.Reading;

/// <summary>What the scanner came upon.</summary>
internal enum ScanKind
{
    /// <summary>An extent that has clusters, with data or without. With a fault it is cut, and can be used as far as it goes.</summary>
    Data,

    /// <summary>A seal that does not stand behind a data extent.</summary>
    StraySeal,
    EndMark,

    /// <summary>The archive ends, where an extent may begin.</summary>
    End,

    /// <summary>There is no sound extent; the input stands where one should begin.</summary>
    Fault,

    /// <summary>There are zeros where an extent should begin, and the fault that they are unless they go on to the end; the input stands there.</summary>
    Zeroes,

    /// <summary>The archive brings too much that is of no use; the input is at its end.</summary>
    TooMuch,
}

/// <summary>An extent as the scanner found it, by what its header says of itself.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Offset">Where its header starts in the archive.</param>
internal sealed record ScannedExtent(ScanKind Kind, long Offset)
{
    public VmaFault? Fault { get; init; }

    /// <summary>The seal behind a data extent when it has one, or what a seal or an end mark says.</summary>
    public SealPayload Seal { get; init; }

    public bool IsSealed => Seal.Kind == SealKind.Seal;

    public long DataOffset => Offset + ExtentLayout.HeaderLength;

    /// <summary>How many bytes of data there are: less than the header says when the extent is cut.</summary>
    public int DataPresent { get; init; }

    /// <summary>Whether bytes were lost from inside the data, so that without a seal none of it can be trusted.</summary>
    public bool HasHole { get; init; }

    /// <summary>Whether the data is still in the archive, and not in the buffer.</summary>
    public bool IsLeft { get; init; }
}
