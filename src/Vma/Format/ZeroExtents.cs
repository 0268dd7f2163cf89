// SPDX-License-Identifier: MIT

namespace Vma.Format;

/// <summary>
/// The zero extents since the last seal: they have clusters and store no block of them. They share the seal that comes next, or the end mark
/// (docs/integrity.md). A count and a checksum stand for any number of them, so that a run needs no bound.
/// </summary>
/// <param name="Count">How many, modulo 2³².</param>
/// <param name="Checksum">CRC-32C of their headers, in order.</param>
internal readonly record struct ZeroExtents(uint Count, uint Checksum)
{
    public ZeroExtents Add(ReadOnlySpan<byte> header) => new(unchecked(Count + 1), ~Crc32C.Append(~Checksum, header));
}
