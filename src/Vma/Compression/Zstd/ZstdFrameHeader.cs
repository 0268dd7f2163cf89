// SPDX-License-Identifier: MIT

using System.Buffers.Binary;

namespace Vma.Compression.Zstd;

/// <summary>What the header of a zstd frame says (RFC 8878, 3.1.1).</summary>
/// <param name="HeaderLength">How many bytes it takes.</param>
/// <param name="ContentSize">How many bytes the frame decodes to, where it says so.</param>
/// <param name="HasChecksum">Whether a checksum stands behind the last block.</param>
/// <param name="HasDictionary">Whether it can only be decoded with a dictionary.</param>
/// <param name="WindowLength">How far back its sequences may reach, in bytes.</param>
internal readonly record struct ZstdFrameHeader(int HeaderLength, ulong? ContentSize, bool HasChecksum, bool HasDictionary, ulong WindowLength)
{
    public const int MagicLength = 4;
    public const uint Magic = 0xFD2FB528;

    /// <summary>Magic, descriptor, window, dictionary id, content size.</summary>
    public const int LongestHeader = MagicLength + 1 + 1 + 4 + 8;

    public static bool IsSkippable(uint magic) => (magic & 0xFFFFFFF0) == 0x184D2A50;

    /// <summary>Reads a header from bytes that start with the magic; null when it is cut or not valid.</summary>
    public static ZstdFrameHeader? TryRead(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= MagicLength || (bytes[MagicLength] & 0x08) != 0)
        {
            return null;
        }

        byte descriptor = bytes[MagicLength];
        bool isSingleSegment = (descriptor & 0x20) != 0;
        int dictionaryBytes = (descriptor & 3) switch { 0 => 0, 1 => 1, 2 => 2, _ => 4 };
        int sizeBytes = (descriptor >> 6) switch { 0 => isSingleSegment ? 1 : 0, 1 => 2, 2 => 4, _ => 8 };
        int sizeAt = MagicLength + 1 + (isSingleSegment ? 0 : 1) + dictionaryBytes;
        if (bytes.Length < sizeAt + sizeBytes)
        {
            return null;
        }

        ReadOnlySpan<byte> size = bytes.Slice(sizeAt, sizeBytes);
        ulong? contentSize = sizeBytes switch
        {
            1 => size[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(size) + 256UL,
            4 => BinaryPrimitives.ReadUInt32LittleEndian(size),
            8 => BinaryPrimitives.ReadUInt64LittleEndian(size),
            _ => null,
        };
        ulong window = isSingleSegment ? contentSize!.Value : WindowOf(bytes[MagicLength + 1]);
        bool hasDictionary = bytes.Slice(sizeAt - dictionaryBytes, dictionaryBytes).ContainsAnyExcept((byte)0);
        return new ZstdFrameHeader(sizeAt + sizeBytes, contentSize, (descriptor & 4) != 0, hasDictionary, window);
    }

    /// <summary>The window that a descriptor means, in bytes.</summary>
    public static ulong WindowOf(byte descriptor)
    {
        ulong smallest = 1ul << (10 + (descriptor >> 3));
        return smallest + smallest / 8 * (ulong)(descriptor & 7);
    }
}
