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
