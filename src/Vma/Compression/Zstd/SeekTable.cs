// SPDX-License-Identifier: MIT

using System.Buffers.Binary;

namespace Vma.Compression.Zstd;

/// <summary>
/// The seek table of zstd's seekable format: for each frame its compressed and its plain length. All numbers are little-endian.
/// </summary>
internal sealed class SeekTable
{
    private const uint FrameMagic = 0x184D2A5E;
    private const uint FooterMagic = 0x8F92EAB1;
    private const int EntryLength = 8;
    private const int FooterLength = 9;
    private const int FrameHeaderLength = 8;

    private readonly List<(uint Compressed, uint Plain)> _frames = [];

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
        int entryLength = (footer[4] & HasChecksums) != 0 ? EntryLength + 4 : EntryLength;
        long content = count * entryLength + FooterLength;
        long start = stream.Length - FrameHeaderLength - content;
        if (BinaryPrimitives.ReadUInt32LittleEndian(footer[5..]) != FooterMagic || (footer[4] & Reserved) != 0 || start < 0 || content > int.MaxValue)
        {
            return null;
        }

        var frame = new byte[FrameHeaderLength + content];
        stream.Seek(start, SeekOrigin.Begin);
        stream.ReadExactly(frame);
        if (BinaryPrimitives.ReadUInt32LittleEndian(frame) != FrameMagic || BinaryPrimitives.ReadUInt32LittleEndian(frame.AsSpan(4)) != content)
        {
            return null;
        }

        var frames = new List<(uint Compressed, uint Plain)>((int)count);
        long sum = 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = frame.AsSpan(FrameHeaderLength + i * entryLength);
            frames.Add((BinaryPrimitives.ReadUInt32LittleEndian(entry), BinaryPrimitives.ReadUInt32LittleEndian(entry[4..])));
            sum += frames[^1].Compressed;
        }

        return sum == start ? frames : null;
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
