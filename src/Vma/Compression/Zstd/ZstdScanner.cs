// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Vma.Extents;
using Vma.Input;

namespace Vma.Compression.Zstd;

/// <summary>
/// The frames of a zstd stream. Those that say how long they are and are not too long can be held; any other is decoded as it comes.
/// </summary>
internal sealed class ZstdScanner(ForwardInput input, FrameContent? content, ILongFrameFollower? follower = null) : IFrameScanner
{
    /// <summary>Our own frames hold an extent and its seal, less than 4 MiB; pzstd's are up to 8 MiB.</summary>
    public const int LongestPlain = 8 << 20;
    public const int LongestCompressed = LongestPlain + (LongestPlain >> 7);

    /// <summary>An extent's frame is hardly ever longer: zstd adds at most one byte in 256. Only what is used of it takes memory.</summary>
    private const int UsualCompressed = ExtentBuffer.WholeLength + (ExtentBuffer.WholeLength >> 8);

    private const int BlockHeaderLength = 3;
    private const int ChecksumLength = 4;
    private const int InputLength = 128 << 10;

    private readonly byte[] _buffer = new byte[InputLength];
    private byte[]? _scratch;
    private readonly ZstdLongFrame _long = new(input, follower);
    private int _length;
    private bool _wasLong;
    private bool _isLost;

    public Scan? Next()
    {
        content?.Cut(0);
        if (_isLost || (_wasLong && _long.Fault is not null))
        {
            _isLost = _wasLong = false;
            FindFrame();
        }

        while (true)
        {
            long offset = input.Position;
            Span<byte> start = _buffer.AsSpan(0, ZstdFrameHeader.LongestHeader);
            start = start[..input.Read(start)];
            if (start.IsEmpty)
            {
                return null;
            }

            uint magic = start.Length < ZstdFrameHeader.MagicLength ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(start);
            if (!ZstdFrameHeader.IsSkippable(magic))
            {
                return ReadFrame(offset, start, magic);
            }

            if (!SkipFrame(start))
            {
                return Lost(offset, "a skippable frame is cut");
            }
        }
    }

    public void Dispose() => _long.Dispose();

    private Scan ReadFrame(long offset, ReadOnlySpan<byte> start, uint magic)
    {
        if (magic != ZstdFrameHeader.Magic || ZstdFrameHeader.TryRead(start) is not { } header)
        {
            input.PutBack(start);
            return Lost(offset, magic == ZstdFrameHeader.Magic ? "a frame's header is cut or not valid" : "there is no frame where one should begin");
        }

        if (header.ContentSize is not <= LongestPlain)
        {
            input.PutBack(start[header.HeaderLength..]);
            _long.Begin(offset, start[..header.HeaderLength], header);
            _wasLong = true;
            return content is null && header.ContentSize is null ? Measure(offset) : new Scan(new Frame(offset, 0, 0), Long: _long);
        }

        int plainLength = (int)header.ContentSize.Value;
        if (plainLength <= ExtentBuffer.WholeLength)
        {
            // Growing little by little would leave as much again for the garbage collector.
            content?.Reserve(UsualCompressed);
        }

        input.PutBack(start[header.HeaderLength..]);
        if (content is not null)
        {
            start[..header.HeaderLength].CopyTo(content.Append(header.HeaderLength));
        }

        _length = header.HeaderLength;
        if (ReadBlocks(header.HasChecksum) is { } fault)
        {
            return Lost(offset, fault);
        }

        var frame = new Frame(offset, _length, plainLength);
        if (content is not null)
        {
            follower?.OnShortFrame(frame, content.Span);
        }

        return new Scan(frame);
    }

    /// <summary>Reads the frame's blocks, each with the next one's header behind it, since every read is a call into the system.</summary>
    private string? ReadBlocks(bool hasChecksum)
    {
        const string Cut = "a frame is cut";
        Span<byte> block = stackalloc byte[BlockHeaderLength];
        if (!Take(0, block))
        {
            return Cut;
        }

        while (true)
        {
            int value = block[0] | block[1] << 8 | block[2] << 16;
            int type = value >> 1 & 3;
            int length = type == 1 ? 1 : value >> 3;
            if (type == 3 || _length + length > LongestCompressed)
            {
                return "a frame's blocks are not valid";
            }

            if ((value & 1) != 0)
            {
                return Take(length + (hasChecksum ? ChecksumLength : 0), []) ? null : Cut;
            }

            if (!Take(length, block))
            {
                return Cut;
            }
        }
    }

    /// <summary>Takes bytes of the frame, and shows those behind them, which belong to it too; false when the stream ends first.</summary>
    private bool Take(int length, Span<byte> behind)
    {
        int whole = length + behind.Length;
        _length += whole;
        if (content is null)
        {
            return input.Skip(length) == length && input.Read(behind) == behind.Length;
        }

        Span<byte> bytes = content.Append(whole);
        int read = input.Read(bytes);
        bytes[length..].CopyTo(behind);
        content.Cut(content.Length - whole + read);
        return read == whole;
    }

    /// <summary>Decodes a frame that does not say how long it is, to see; it stays a long one when it is too long or damaged.</summary>
    private Scan Measure(long offset)
    {
        byte[] scratch = _scratch ??= new byte[InputLength];
        int plain = 0;
        string? fault = null;
        int read;
        while (plain <= LongestPlain && (read = _long.Read(scratch, out fault)) > 0)
        {
            plain += read;
        }

        long length = input.Position - offset;
        bool isShort = fault is null && plain <= LongestPlain && length <= LongestCompressed;
        return isShort ? new Scan(new Frame(offset, (int)length, plain)) : new Scan(new Frame(offset, 0, 0), Long: _long);
    }

    private bool SkipFrame(ReadOnlySpan<byte> start)
    {
        const int SizeAt = ZstdFrameHeader.MagicLength, ContentAt = SizeAt + 4;
        if (start.Length < ContentAt)
        {
            return false;
        }

        long length = BinaryPrimitives.ReadUInt32LittleEndian(start[SizeAt..]);
        input.PutBack(start[ContentAt..]);
        return input.Skip(length) == length;
    }

    private Scan Lost(long offset, string fault)
    {
        // The search starts behind the frame's first byte, wherever its content seemed to end.
        if (content is { Length: > 0 } && input.MaySearchAgain(content.Length))
        {
            input.PutBack(content.Span);
        }

        _isLost = true;
        follower?.LoseFrame(fault);
        return new Scan(new Frame(offset, 0, 0), fault);
    }

    /// <summary>Moves to the next frame's magic, behind the byte that the input stands at.</summary>
    private void FindFrame()
    {
        Span<byte> magic = stackalloc byte[ZstdFrameHeader.MagicLength];
        BinaryPrimitives.WriteUInt32LittleEndian(magic, ZstdFrameHeader.Magic);
        _ = input.Read(_buffer.AsSpan(0, 1));
        int kept = 0;
        while (true)
        {
            int read = input.Read(_buffer.AsSpan(kept));
            ReadOnlySpan<byte> window = _buffer.AsSpan(0, kept + read);
            int at = window.IndexOf(magic);
            if (at >= 0)
            {
                input.PutBack(window[at..]);
                return;
            }

            if (read == 0)
            {
                return;
            }

            kept = Math.Min(ZstdFrameHeader.MagicLength - 1, window.Length);
            window[^kept..].CopyTo(_buffer);
        }
    }
}
