// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Vma.Compression.Zstd.Blocks;

namespace Vma.Compression.Zstd;

/// <summary>What the header of a zstd frame says (RFC 8878, 3.1.1).</summary>
/// <param name="HeaderLength">How many bytes it takes.</param>
/// <param name="WindowSize">How far back its sequences may reach, in bytes.</param>
/// <param name="ContentSize">How many bytes the frame decodes to, where it says so.</param>
/// <param name="HasChecksum">Whether a checksum stands behind the last block.</param>
/// <param name="HasDictionary">Whether it can only be decoded with a dictionary.</param>
internal readonly record struct ZstdFrameHeader(int HeaderLength, ulong WindowSize, ulong? ContentSize, bool HasChecksum, bool HasDictionary)
{
    public const int MagicLength = 4;
    public const uint Magic = 0xFD2FB528;

    /// <summary>Behind the last block, where the header announces it.</summary>
    public const int ChecksumLength = 4;

    /// <summary>Magic, descriptor, window, dictionary id, content size.</summary>
    public const int LongestHeader = MagicLength + 1 + 1 + 4 + 8;

    /// <summary>How much memory a decoder takes that gives the content in parts, as libzstd counts it, in bytes.</summary>
    public ulong Memory => Math.Min(WindowSize, ContentSize ?? ulong.MaxValue);

    /// <summary>Whether bytes are just one frame, from its magic to its checksum, of so many plain bytes.</summary>
    public static bool IsOneFrame(ReadOnlySpan<byte> bytes, int plainLength)
    {
        if (bytes.Length <= MagicLength || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic || TryRead(bytes) is not { } header
            || (header.ContentSize ?? (ulong)plainLength) != (ulong)plainLength)
        {
            return false;
        }

        for (int at = header.HeaderLength; at + BlockHeader.Length <= bytes.Length;)
        {
            BlockHeader block = BlockHeader.Read(bytes[at..]);
            at += BlockHeader.Length;
            if (!block.IsValid || block.ContentLength > bytes.Length - at)
            {
                return false;
            }

            at += block.ContentLength;
            if (block.IsLast)
            {
                return bytes.Length - at == (header.HasChecksum ? ChecksumLength : 0);
            }
        }

        return false;
    }

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
        return new ZstdFrameHeader(sizeAt + sizeBytes, window, contentSize, (descriptor & 4) != 0, hasDictionary);
    }

    /// <summary>The window that a descriptor means, in bytes.</summary>
    public static ulong WindowOf(byte descriptor)
    {
        ulong smallest = 1ul << (10 + (descriptor >> 3));
        return smallest + smallest / 8 * (ulong)(descriptor & 7);
    }
}
