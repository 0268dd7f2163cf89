// SPDX-License-Identifier: MIT

using System.Buffers.Binary;

namespace Vma.Compression.Zstd;

/// <summary>
/// The seek table of zstd's seekable format: for each frame its compressed and its plain length. All numbers are little-endian.
/// </summary>
internal sealed class SeekTable
{
    public const uint FrameMagic = 0x184D2A5E;

    /// <summary>The last four bytes of a stream that has a table.</summary>
    public const uint FooterMagic = 0x8F92EAB1;

    private const int EntryLength = 8;
    private const int EntriesPerRead = 4096;
    private const int FooterLength = 9;
    private const int FrameHeaderLength = 8;

    /// <summary>What the shortest frame takes, a skippable one without content. A table that claims more frames than there is room for is none.</summary>
    private const int ShortestFrame = 8;

    private const int ChecksumLength = 4;

    private readonly List<(uint Compressed, uint Plain)> _frames = [];

    /// <summary>The longest table of so many frames.</summary>
    public static long LongestFrame(int frames) => FrameHeaderLength + frames * (EntryLength + (long)ChecksumLength) + FooterLength;

    /// <summary>
    /// The table at the end of a stream: for each frame in front of it the compressed and the plain length. Null when there is none, or it cannot
    /// be right since the frames do not fill the stream. Whether they are what it says is another question.
    /// </summary>
    public static List<(uint Compressed, uint Plain)>? TryRead(Stream stream)
    {
        const byte HasChecksums = 0x80, Reserved = 0x7c;
        if (stream.Length < FrameHeaderLength + FooterLength)
        {
            return null;
        }

        Span<byte> footer = stackalloc byte[FooterLength];
        stream.Seek(-FooterLength, SeekOrigin.End);
        stream.ReadExactly(footer);
        long count = BinaryPrimitives.ReadUInt32LittleEndian(footer);
        int entryLength = (footer[4] & HasChecksums) != 0 ? EntryLength + ChecksumLength : EntryLength;
        long content = count * entryLength + FooterLength;
        long start = stream.Length - FrameHeaderLength - content;
        bool isTable = BinaryPrimitives.ReadUInt32LittleEndian(footer[5..]) == FooterMagic && (footer[4] & Reserved) == 0;
        if (!isTable || content > int.MaxValue || count * ShortestFrame > start)
        {
            return null;
        }

        Span<byte> header = stackalloc byte[FrameHeaderLength];
        stream.Seek(start, SeekOrigin.Begin);
        stream.ReadExactly(header);
        return BinaryPrimitives.ReadUInt32LittleEndian(header) == FrameMagic && BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) == content
            ? ReadEntries(stream, count, entryLength, start)
            : null;
    }

    /// <summary>Takes memory for entries as they come: what a sparse file claims ends at its first hole.</summary>
    private static List<(uint Compressed, uint Plain)>? ReadEntries(Stream stream, long count, int entryLength, long available)
    {
        var frames = new List<(uint Compressed, uint Plain)>();
        var part = new byte[EntriesPerRead * entryLength];
        while (frames.Count < count)
        {
            Span<byte> entries = part.AsSpan(0, (int)Math.Min(part.Length, (count - frames.Count) * entryLength));
            stream.ReadExactly(entries);
            for (; !entries.IsEmpty; entries = entries[entryLength..])
            {
                uint compressed = BinaryPrimitives.ReadUInt32LittleEndian(entries);
                available -= compressed;
                if (compressed < ShortestFrame || available < 0)
                {
                    return null;
                }

                frames.Add((compressed, BinaryPrimitives.ReadUInt32LittleEndian(entries[4..])));
            }
        }

        return available == 0 ? frames : null;
    }

    public int Count => _frames.Count;

    public void Add(int compressed, int plain) => _frames.Add(((uint)compressed, (uint)plain));

    public byte[] ToFrame()
    {
        int content = _frames.Count * EntryLength + FooterLength;
        var frame = new byte[FrameHeaderLength + content];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, FrameMagic);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), (uint)content);
        for (int i = 0; i < _frames.Count; i++)
        {
            Span<byte> entry = frame.AsSpan(FrameHeaderLength + i * EntryLength, EntryLength);
            BinaryPrimitives.WriteUInt32LittleEndian(entry, _frames[i].Compressed);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], _frames[i].Plain);
        }

        // The footer: number of frames, a descriptor that says no checksums, magic.
        Span<byte> footer = frame.AsSpan(^FooterLength..);
        BinaryPrimitives.WriteUInt32LittleEndian(footer, (uint)_frames.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(footer[5..], FooterMagic);
        return frame;
    }
}
