// SPDX-License-Identifier: MIT

namespace Vma.Compression.Zstd.Spans;

/// <summary>
/// A part of a zstd stream that decodes alone: whole frames, or the blocks of a frame from one checkpoint to the next, with what <see cref="SpanRecord"/>
/// keeps of the frame's bytes in front of it. Spans follow each other without a gap, but for skippable frames.
/// </summary>
/// <param name="Offset">Where its bytes start in the compressed archive.</param>
/// <param name="Length">How many they are. The first span of a frame has the frame's header, the last one its checksum.</param>
/// <param name="PlainLength">How many bytes it decodes to.</param>
/// <param name="CompressedHash">The XXH64 of its bytes.</param>
/// <param name="PlainHash">The XXH64 of what it decodes to.</param>
internal readonly record struct ZstdSpan(long Offset, int Length, int PlainLength, ulong CompressedHash, ulong PlainHash);
