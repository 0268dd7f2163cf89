// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Buffers.Binary;
using Vma.Compression.Native;
using Vma.Input;

namespace Vma.Compression.Lzop;

/// <summary>
/// The blocks of an lzop file, or of several put together. Behind a block whose header is damaged the next one is found by trial: its
/// checksum tells it from chance.
/// </summary>
internal sealed class LzopScanner : IFrameScanner
{
    private const int UsualBlock = 256 << 10;

    /// <summary>
    /// Places that look like a block, inside one another, make the same bytes be read again and again. Beyond so many times the bytes that were passed they
    /// are not, so that the time stays linear.
    /// </summary>
    private const int RepeatLimit = 8;

    private readonly ForwardInput _input;
    private readonly FrameContent? _content;
    private LzopHeader? _header;
    private bool _isLost;
    private long _repeated;

    public LzopScanner(ForwardInput input, FrameContent? content)
    {
        LibLzo.Require();
        (_input, _content) = (input, content);
    }

    public VmaFault? Padding { get; private set; }

    public Scan? Next()
    {
        if (_isLost)
        {
            _isLost = false;
            FindBlock();
            if (_input.IsAtEnd())
            {
                return null; // that the archive's end is not a clean one was told with the fault
            }
        }

        while (true)
        {
            if (_header is null)
            {
                if (_input.IsAtEnd())
                {
                    return null;
                }

                if (StandsAtZero() && (Padding = ZeroPadding.PassBehindStream(_input)) is not null)
                {
                    return null;
                }

                _header = LzopHeader.Read(_input, out string? fault);
                if (_header is null)
                {
                    return Lost(fault!);
                }
            }

            if (ReadBlock(_header.Value, out Frame frame) is { } blockFault)
            {
                return Lost(blockFault);
            }

            if (frame.PlainLength > 0)
            {
                return new Scan(frame);
            }

            _header = null; // a length of zero ends a file; another one may follow
        }
    }

    public void Dispose()
    {
    }

    private bool StandsAtZero()
    {
        Span<byte> next = stackalloc byte[1];
        _input.PutBack(next[.._input.Read(next)]);
        return next[0] == 0;
    }

    /// <summary>Reads a block with its header; a plain length of 0 when the file ends here. At a fault the input stays at the block's start.</summary>
    private string? ReadBlock(LzopHeader header, out Frame frame)
    {
        long offset = _input.Position;
        Span<byte> start = stackalloc byte[LzopBlock.LongestHeader];
        start = start[.._input.Read(start)];
        string? fault = LzopBlock.Read(start, header, out LzopBlock block);
        if (fault is not null)
        {
            frame = default;
            _input.PutBack(start);
            return fault;
        }

        frame = new Frame(offset, block.HeaderLength + block.DataLength, block.PlainLength, header.Flags);
        _input.PutBack(start[block.HeaderLength..]);
        if (_content is null)
        {
            return _input.Skip(block.DataLength) < block.DataLength ? LzopBlock.Cut : null;
        }

        _content.Cut(0);
        start[..block.HeaderLength].CopyTo(_content.Append(block.HeaderLength));
        int read = _input.Read(_content.Append(block.DataLength));
        if (read < block.DataLength)
        {
            _content.Cut(block.HeaderLength + read);
            _repeated += _content.Length;
            _input.PutBack(IsRepeatedTooOften ? [] : _content.Span);
            return LzopBlock.Cut;
        }

        return null;
    }

    private bool IsRepeatedTooOften => _repeated > RepeatLimit * _input.Position + (64 << 20);

    private Scan Lost(string fault)
    {
        _isLost = true;
        return new Scan(new Frame(_input.Position, 0, 0), fault);
    }

    /// <summary>
    /// Moves to the next place where a whole block of lzop's usual length decodes to what its checksum says. Without checksums, or
    /// without a header, nothing can be found: then the input goes to its end.
    /// </summary>
    private void FindBlock()
    {
        Span<byte> usual = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(usual, UsualBlock);
        _header ??= LzopHeader.Usual;
        Span<byte> window = new byte[64 << 10];
        using var codec = new LzopCodec();
        _ = _input.Read(window[..1]); // not where the fault is
        while (true)
        {
            ReadOnlySpan<byte> there = window[.._input.Read(window)];
            int at = IndexOfCandidate(there, usual, _header.Value);
            if (at < 0 || !_header.Value.HasChecksum || IsRepeatedTooOften)
            {
                if (there.Length < window.Length)
                {
                    return;
                }

                _input.PutBack(there[^(usual.Length - 1)..]);
                continue;
            }

            _input.PutBack(there[at..]);
            _repeated += there.Length - at;
            if (IsBlock(codec, _header.Value))
            {
                return;
            }

            _ = _input.Read(window[..1]);
        }
    }

    /// <summary>The first place with a length as usual and, as far as its header is in the window, a header that can be one.</summary>
    private static int IndexOfCandidate(ReadOnlySpan<byte> window, ReadOnlySpan<byte> usual, LzopHeader header)
    {
        int at = 0;
        while (window[at..].IndexOf(usual) is var next and >= 0)
        {
            at += next;
            ReadOnlySpan<byte> start = window[at..];
            if (start.Length < LzopBlock.LongestHeader || LzopBlock.Read(start[..LzopBlock.LongestHeader], header, out _) is null)
            {
                return at;
            }

            at++;
        }

        return -1;
    }

    /// <summary>Whether a block begins where the input stands, and stays.</summary>
    private bool IsBlock(LzopCodec codec, LzopHeader header)
    {
        if (_content is null || ReadBlock(header, out Frame frame) is not null)
        {
            return false;
        }

        _repeated += frame.Length + frame.PlainLength;
        byte[] plain = ArrayPool<byte>.Shared.Rent(frame.PlainLength);
        bool isBlock = codec.Decode(frame, _content.Span, plain.AsSpan(0, frame.PlainLength)) is null;
        ArrayPool<byte>.Shared.Return(plain);
        _input.PutBack(_content.Span);
        return isBlock;
    }
}
