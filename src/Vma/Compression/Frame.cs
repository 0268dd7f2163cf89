// SPDX-License-Identifier: MIT

namespace Vma.Compression;

/// <summary>What decodes alone in a compressed archive: a zstd frame, an lzop block.</summary>
/// <param name="Offset">Where its bytes start in the compressed archive.</param>
/// <param name="Length">How many they are, with its own header.</param>
/// <param name="PlainLength">How many bytes it decodes to.</param>
/// <param name="Start">What its codec needs to know beside its bytes; of an lzop block the file's flags, which say what checksums it has.</param>
internal readonly record struct Frame(long Offset, int Length, int PlainLength, uint Start = 0);

/// <summary>What a scanner came upon.</summary>
/// <param name="Frame">The frame; in front of a fault only the place where it begins.</param>
/// <param name="Fault">Why there is no frame there, though the archive is not at its end.</param>
/// <param name="Long">Decodes a frame that is too long to be held; its lengths are not known.</param>
/// <param name="Memory">How much memory it would take to decode the frame, when that is more than is allowed; that is a fault then.</param>
internal readonly record struct Scan(Frame Frame, string? Fault = null, ILongFrame? Long = null, long? Memory = null);
