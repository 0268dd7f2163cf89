// SPDX-License-Identifier: MIT

using Vma.Extents;

namespace Vma.Reading;

/// <summary>Is told of the data extents of a pass, in the archive's order and by one thread at a time.</summary>
internal interface IExtentListener
{
    /// <param name="offset">Where the extent starts in the plain archive.</param>
    /// <param name="header">Its header, a valid one.</param>
    /// <param name="slots">Which of its slots may be used, and which were there before.</param>
    /// <param name="hasHole">Whether bytes were lost from inside its data.</param>
    void OnExtent(long offset, ReadOnlySpan<byte> header, CheckedSlots slots, bool hasHole);

    /// <summary>The pass has come to the archive's end.</summary>
    /// <param name="isSound">Whether nothing was wrong, so that the extents are all that there are.</param>
    void OnEnd(bool isSound);
}
