// SPDX-License-Identifier: MIT

using Vma.Format;

namespace Vma.Input;

/// <summary>
/// What an archive comes in may tell where its extents are. It is a hint, by which a reader at any place finds them, and a pass forward sees whether it
/// tells what is there. Not thread-safe.
/// </summary>
internal interface IExtentHints
{
    /// <summary>Takes a data extent that the pass came upon.</summary>
    void OnExtent(long offset, ExtentHeader header);

    /// <summary>Notes that the pass lost bytes, so that not all extents are known.</summary>
    void OnLoss();

    /// <summary>At the archive's end: what the hints tell otherwise; null when nothing is, or there are none.</summary>
    VmaFault? Compare();
}
