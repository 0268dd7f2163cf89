// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Vma.Compression.Zstd.Spans;
using Vma.Input;

namespace Vma.Indexing.Stored;

/// <summary>
/// Which archive an index is of: its length and the hashes of its ends. What was changed in between is found by the hash of each span, when that is read.
/// </summary>
/// <param name="Length">How many bytes the archive has.</param>
/// <param name="Start">The XXH64 of its first 64 KiB.</param>
/// <param name="End">The XXH64 of its last 64 KiB.</param>
internal readonly record struct ArchiveIdentity(long Length, ulong Start, ulong End)
{
    private const int HashedLength = 64 << 10;

    public static ArchiveIdentity Of(SeekableInput archive)
    {
        var part = new byte[Math.Min(HashedLength, archive.Length)];
        archive.ReadAt(0, part);
        ulong start = XxHash64.Compute(part);
        archive.ReadAt(archive.Length - part.Length, part);
        return new ArchiveIdentity(archive.Length, start, XxHash64.Compute(part));
    }

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination, Length);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], Start);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], End);
    }
}
