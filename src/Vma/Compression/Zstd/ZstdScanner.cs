// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Vma.Compression.Zstd.Blocks;
using Vma.Extents;
using Vma.Input;

namespace Vma.Compression.Zstd;

/// <summary>
/// The frames of a zstd stream. Those that say how long they are and are not too long can be held; any other is decoded as it comes.
/// </summary>
/// <param name="input">The compressed bytes.</param>
/// <param name="content">Where the frames' bytes go; null when they are passed over.</param>
/// <param name="memory">How much memory the window of a long frame may take, in bytes.</param>
/// <param name="check">Is told of the frames, and compares them with what the stream's tables tell.</param>
/// <param name="follower">Is told what the frames decode to.</param>
internal sealed class ZstdScanner(ForwardInput input, FrameContent? content, long memory, TableCheck? check = null, ILongFrameFollower? follower = null)
    : IFrameScanner
{
    /// <summary>Our own frames hold an extent and its seal, less than 4 MiB; pzstd's are up to 8 MiB.</summary>
    public const int LongestPlain = 8 << 20;
    public const int LongestCompressed = LongestPlain + (LongestPlain >> 7);

    /// <summary>An extent's frame is hardly ever longer: zstd adds at most one byte in 256. Only what is used of it takes memory.</summary>
    private const int UsualCompressed = ExtentBuffer.WholeLength + (ExtentBuffer.WholeLength >> 8);

    private const string NoFrame = "there is no frame where one should begin";
    private const int InputLength = 128 << 10;

    private readonly byte[] _start = new byte[ZstdFrameHeader.LongestHeader];
    private readonly ZstdLongFrame _long = new(input, check, follower);
    private byte[]? _buffer;
    private byte[]? _scratch;
    private int _length;
    private bool _wasLong;
    private bool _isLost;

    public VmaFault? Padding { get; private set; }

    /// <summary>Not taken for frames that are only passed over.</summary>
    private byte[] Buffer => _buffer ??= new byte[InputLength];

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
            Span<byte> start = _start.AsSpan(0, input.Read(_start));
            if (start.IsEmpty)
            {
                check?.OnEnd(input.LastBytes);
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

    private Scan? ReadFrame(long offset, ReadOnlySpan<byte> start, uint magic)
    {
        if (start[0] == 0)
        {
            // No frame begins with a zero.
            input.PutBack(start);
            Padding = ZeroPadding.PassBehindStream(input);
            return Padding is null ? Lost(offset, NoFrame) : null;
        }

        if (magic != ZstdFrameHeader.Magic || ZstdFrameHeader.TryRead(start) is not { } header)
        {
            input.PutBack(start);
            return Lost(offset, magic == ZstdFrameHeader.Magic ? "a frame's header is cut or not valid" : NoFrame);
        }

        if (header.ContentSize is not <= LongestPlain)
        {
            if (header.Memory > (ulong)memory && header.Memory <= ZstdDecoder.LargestWindow)
            {
                input.PutBack(start);
                string needed = $"the frame takes {header.Memory} bytes of memory to be decoded, and {memory} are allowed";
                return Lost(offset, needed) with { Memory = (long)header.Memory };
            }

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

        check?.OnFrame(_length, plainLength);
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
        Span<byte> block = stackalloc byte[BlockHeader.Length];
        if (!Take(0, block))
        {
            return Cut;
        }

        while (true)
        {
            BlockHeader header = BlockHeader.Read(block);
            int length = header.ContentLength;
            if (!header.IsValid || _length + length > LongestCompressed)
            {
                return "a frame's blocks are not valid";
            }

            if (header.IsLast)
            {
                return Take(length + (hasChecksum ? ZstdFrameHeader.ChecksumLength : 0), []) ? null : Cut;
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
        return check is null ? input.Skip(length) == length : ShowFrame(start[..ContentAt], length, check);
    }

    /// <summary>Reads a skippable frame that may tell where the frames are, and passes over any other up to its last bytes.</summary>
    private bool ShowFrame(ReadOnlySpan<byte> start, long length, TableCheck check)
    {
        bool isTable = start.Length + length <= check.LongestOf(BinaryPrimitives.ReadUInt32LittleEndian(start));
        int last = (int)Math.Min(length, sizeof(uint));
        byte[] bytes = isTable ? [.. start, .. ReadUpTo(length)] : [];
        bool isWhole = isTable ? bytes.Length == start.Length + length
            : input.Skip(length - last) == length - last && input.Read(_start.AsSpan(0, last)) == last;
        check.OnSkippable(start.Length + length, bytes);
        return isWhole;
    }

    /// <summary>Takes memory for bytes as they come, whatever length is claimed.</summary>
    private byte[] ReadUpTo(long length)
    {
        var bytes = new byte[Math.Min(length, InputLength)];
        int read = input.Read(bytes);
        while (read == bytes.Length && read < length)
        {
            Array.Resize(ref bytes, (int)Math.Min(length, 2L * read));
            read += input.Read(bytes.AsSpan(read));
        }

        return read == bytes.Length ? bytes : bytes[..read];
    }

    private Scan Lost(long offset, string fault)
    {
        // The search starts behind the frame's first byte, wherever its content seemed to end.
        if (content is { Length: > 0 } && input.MaySearchAgain(content.Length))
        {
            input.PutBack(content.Span);
        }

        _isLost = true;
        check?.OnLostFrame();
        follower?.LoseFrame(fault);
        return new Scan(new Frame(offset, 0, 0), fault);
    }

    /// <summary>Moves to the next frame's magic, behind the byte that the input stands at.</summary>
    private void FindFrame()
    {
        Span<byte> magic = stackalloc byte[ZstdFrameHeader.MagicLength];
        BinaryPrimitives.WriteUInt32LittleEndian(magic, ZstdFrameHeader.Magic);
        _ = input.Read(Buffer.AsSpan(0, 1));
        int kept = 0;
        while (true)
        {
            int read = input.Read(Buffer.AsSpan(kept));
            ReadOnlySpan<byte> window = Buffer.AsSpan(0, kept + read);
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
            window[^kept..].CopyTo(Buffer);
        }
    }
}
