// SPDX-License-Identifier: MIT

namespace Vma.Extents;

/// <summary>A stream that has its bytes in extent buffers already, so that an extent can change hands in place of being copied.</summary>
internal interface IExtentLender
{
    /// <summary>
    /// Exchanges the buffer for one that has the stream's next bytes from its header on, and tells how many those are; 0 when that cannot be
    /// done here, and the bytes are to be read.
    /// </summary>
    int Exchange(ref ExtentBuffer buffer);
}
