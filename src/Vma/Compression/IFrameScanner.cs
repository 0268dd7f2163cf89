// SPDX-License-Identifier: MIT

namespace Vma.Compression;

/// <summary>
/// Goes from frame to frame of one compressed format. Made with memory, a scanner reads the frames' bytes into it; made without, it passes over them.
/// Not thread-safe.
/// </summary>
internal interface IFrameScanner : IDisposable
{
    /// <summary>
    /// The next frame; null at the archive's clean end. Behind a fault the next call searches for a frame, if the bytes were read. A long frame has to be
    /// read to its end first.
    /// </summary>
    Scan? Next();

    /// <summary>The zeros behind the last frame, when <see cref="Next"/> gave null and there are any; without a place in the plain archive.</summary>
    VmaFault? Padding { get; }
}
