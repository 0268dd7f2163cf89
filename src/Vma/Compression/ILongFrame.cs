// SPDX-License-Identifier: MIT

namespace Vma.Compression;

/// <summary>The content of a frame that is too long to be held.</summary>
internal interface ILongFrame
{
    /// <summary>Decodes the next bytes; none at the end, or at a fault.</summary>
    int Read(Span<byte> plain, out string? fault);
}
