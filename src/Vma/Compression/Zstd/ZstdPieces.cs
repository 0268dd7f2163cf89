// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Collections.Concurrent;
using Vma.Extents;
using Vma.Reading;

namespace Vma.Compression.Zstd;

/// <summary>
/// The frames of a zstd stream. Frames that say how long they are and are not too long are pieces; any other is decoded as it comes.
/// </summary>
internal sealed class ZstdPieces(Stream stream) : IPieceSource
{
    /// <summary>Our own frames hold an extent and its seal, less than 4 MiB; pzstd's are up to 8 MiB.</summary>
    public const int LongestPlain = 8 << 20;
    public const int LongestCompressed = LongestPlain + (LongestPlain >> 7);

    /// <summary>An extent's frame is hardly ever longer: zstd adds at most one byte in 256. Only the part that is used takes memory.</summary>
    private const int UsualCompressed = ExtentBuffer.WholeLength + (ExtentBuffer.WholeLength >> 8);

    /// <summary>
    /// Starts of frames nested in one another make the same bytes be read again and again. Beyond so many times the bytes that were
    /// passed they are not, so that the time stays linear.
    /// </summary>
    private const int RepeatLimit = 8;
    private const int BlockHeaderLength = 3;
    private const int ChecksumLength = 4;
    private const int InputLength = 128 << 10;

    private readonly ArchiveInput _input = new(stream);
    private readonly ConcurrentBag<ZstdDecoder> _decoders = [];
    private readonly ConcurrentBag<ZstdDecoder> _unchecked = [];
    private readonly byte[] _buffer = new byte[InputLength];
    private ZstdDecoder? _long;
    private bool _isLost;
    private bool _isSkipping;
    private bool _longSizeIsKnown;
    private long _repeated;

    public string Format => "zstd";

    public bool Read(Piece piece)
    {
        if (_isLost)
        {
            _isLost = false;
            FindFrame();
        }

        while (true)
        {
            piece.Reset(_input.Position);
            Span<byte> header = _buffer.AsSpan(0, ZstdFrame.LongestHeader);
            header = header[.._input.Read(header)];
            if (header.IsEmpty)
            {
                return false;
            }

            uint magic = header.Length < ZstdFrame.MagicLength ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(header);
            if (!ZstdFrame.IsSkippable(magic))
            {
                return ReadFrame(piece, header, magic);
            }

            if (!SkipFrame(header))
            {
                return Lost(piece, "a skippable frame is cut");
            }
        }
    }

    public bool Skip(Piece piece)
    {
        _isSkipping = true;
        bool isThere = Read(piece);
        if (isThere && piece.IsLong && !_longSizeIsKnown)
        {
            Measure(piece);
        }

        return isThere;
    }

    public string? Unwrap(Piece piece, uint tag)
    {
        ReadOnlySpan<byte> bytes = piece.CompressedSpan;
        bool isFrame = bytes.Length > ZstdFrame.MagicLength && BinaryPrimitives.ReadUInt32LittleEndian(bytes) == ZstdFrame.Magic;
        return isFrame && ZstdFrame.TryRead(bytes) is { } frame && (frame.ContentSize ?? (ulong)piece.PlainLength) == (ulong)piece.PlainLength ? null : "a frame is not where it should be";
    }

    public int DecodeStart(ReadOnlySpan<byte> compressed, Span<byte> plain)
    {
        ZstdDecoder decoder = TakeDecoder();
        int done = DecodeAsFarAsItGoes(decoder, compressed, plain);
        decoder.Reset();
        _decoders.Add(decoder);
        return done;
    }

    public string? Decode(Piece piece)
    {
        ZstdDecoder decoder = TakeDecoder();
        string? fault = decoder.Decode(piece.CompressedSpan, piece.PlainSpan);
        _decoders.Add(decoder);
        return fault;
    }

    public void DecodeUnchecked(Piece piece)
    {
        ZstdDecoder decoder = _unchecked.TryTake(out ZstdDecoder? free) ? free : new ZstdDecoder(ignoresChecksums: true);
        if (decoder.Decode(piece.CompressedSpan, piece.PlainSpan) is not null)
        {
            piece.PlainSpan.Clear();
            DecodeAsFarAsItGoes(decoder, piece.CompressedSpan, piece.PlainSpan);
            decoder.Reset();
        }

        _unchecked.Add(decoder);
    }

    public int ReadLong(Piece piece, Span<byte> buffer)
    {
        if (!piece.IsLong || _long is null)
        {
            return 0;
        }

        while (true)
        {
            int available = _input.Read(_buffer);
            ReadOnlySpan<byte> input = _buffer.AsSpan(0, available);
            bool isAtEnd = _long.DecodeSome(input, buffer, out int consumed, out int produced, out string? fault);
            _input.PutBack(input[consumed..]);
            if (isAtEnd || fault is not null || (available == 0 && produced == 0))
            {
                piece.Fault = isAtEnd ? null : fault ?? "a frame is cut";
                _isLost = piece.Fault is not null;
                _long.Reset();
                _decoders.Add(_long);
                _long = null;
                return produced;
            }

            if (produced > 0)
            {
                return produced;
            }
        }
    }

    public void Dispose()
    {
        _long?.Dispose();
        // Taken out, so that nobody finds one that is gone.
        while (_decoders.TryTake(out ZstdDecoder? decoder) || _unchecked.TryTake(out decoder))
        {
            decoder.Dispose();
        }
    }

    private ZstdDecoder TakeDecoder() => _decoders.TryTake(out ZstdDecoder? free) ? free : new ZstdDecoder();

    private static int DecodeAsFarAsItGoes(ZstdDecoder decoder, ReadOnlySpan<byte> frame, Span<byte> plain)
    {
        int done = 0;
        bool goesOn = true;
        while (goesOn && done < plain.Length)
        {
            bool isAtEnd = decoder.DecodeSome(frame, plain[done..], out int consumed, out int produced, out string? fault);
            done += produced;
            frame = frame[consumed..];
            goesOn = !isAtEnd && fault is null && (consumed > 0 || produced > 0);
        }

        return done;
    }

    /// <summary>Decodes a frame that does not say how long it is, to see; it stays a long one when it is too long.</summary>
    private void Measure(Piece piece)
    {
        var scratch = new byte[InputLength];
        int plain = 0;
        int read;
        while (plain <= LongestPlain && (read = ReadLong(piece, scratch)) > 0)
        {
            plain += read;
        }

        long compressed = _input.Position - piece.CompressedOffset;
        if (piece.Fault is null && plain <= LongestPlain && compressed <= LongestCompressed)
        {
            piece.IsLong = false;
            piece.PlainLength = plain;
            piece.CompressedLength = (int)compressed;
        }
    }

    private bool ReadFrame(Piece piece, ReadOnlySpan<byte> header, uint magic)
    {
        if (magic != ZstdFrame.Magic || ZstdFrame.TryRead(header) is not { } frame)
        {
            _input.PutBack(header);
            return Lost(piece, magic == ZstdFrame.Magic ? "a frame's header is cut or not valid" : "there is no frame where one should begin");
        }

        if (frame.ContentSize is not <= LongestPlain)
        {
            _longSizeIsKnown = frame.ContentSize is not null;
            _input.PutBack(header);
            return StartLong(piece);
        }

        // Growing little by little would leave as much again for the garbage collector.
        piece.GrowCompressed(frame.ContentSize <= ExtentBuffer.WholeLength ? UsualCompressed : header.Length);
        header.CopyTo(piece.Compressed);
        _input.PutBack(header[frame.HeaderLength..]);
        piece.CompressedLength = frame.HeaderLength;
        if (ReadBlocks(piece, frame.HasChecksum) is { } fault)
        {
            piece.PlainLength = 0;
            return Lost(piece, fault);
        }

        piece.PlainLength = (int)frame.ContentSize.Value;
        piece.MayBeExtent = piece.PlainLength <= ExtentBuffer.WholeLength;
        return true;
    }

    /// <summary>Reads the frame's blocks, each with the next one's header behind it, since every read is a call into the system.</summary>
    private string? ReadBlocks(Piece piece, bool hasChecksum)
    {
        const string Cut = "a frame is cut";
        Span<byte> block = stackalloc byte[BlockHeaderLength];
        if (!Append(piece, 0, block))
        {
            return Cut;
        }

        while (true)
        {
            int value = block[0] | block[1] << 8 | block[2] << 16;
            int type = value >> 1 & 3;
            int length = type == 1 ? 1 : value >> 3;
            if (type == 3 || piece.CompressedLength + length > LongestCompressed)
            {
                return "a frame's blocks are not valid";
            }

            if ((value & 1) != 0)
            {
                return Append(piece, length + (hasChecksum ? ChecksumLength : 0), []) ? null : Cut;
            }

            if (!Append(piece, length, block))
            {
                return Cut;
            }
        }
    }

    /// <summary>Takes bytes into the piece, and shows those behind them, which belong to it too; false when the stream ends first.</summary>
    private bool Append(Piece piece, int length, Span<byte> behind)
    {
        int whole = length + behind.Length;
        if (_isSkipping)
        {
            piece.CompressedLength += whole;
            return _input.Skip(length) == length && _input.Read(behind) == behind.Length;
        }

        piece.GrowCompressed(piece.CompressedLength + whole);
        Span<byte> bytes = piece.Compressed.AsSpan(piece.CompressedLength, whole);
        int read = _input.Read(bytes);
        piece.CompressedLength += read;
        bytes[length..].CopyTo(behind);
        return read == whole;
    }

    private bool StartLong(Piece piece)
    {
        piece.IsLong = true;
        _long = TakeDecoder();
        return true;
    }

    private bool SkipFrame(ReadOnlySpan<byte> header)
    {
        const int SizeAt = ZstdFrame.MagicLength, ContentAt = SizeAt + 4;
        if (header.Length < ContentAt)
        {
            return false;
        }

        long length = BinaryPrimitives.ReadUInt32LittleEndian(header[SizeAt..]);
        _input.PutBack(header[ContentAt..]);
        return _input.Skip(length) == length;
    }

    private bool Lost(Piece piece, string fault)
    {
        piece.Fault = fault;
        // The search starts behind the frame's first byte, wherever its contents seemed to end.
        if (piece.CompressedLength > 0)
        {
            if (!_isSkipping && _repeated <= RepeatLimit * _input.Position + (64 << 20))
            {
                _repeated += piece.CompressedLength;
                _input.PutBack(piece.CompressedSpan);
            }

            piece.CompressedLength = 0;
        }

        _isLost = true;
        return true;
    }

    /// <summary>Moves to the next frame's magic, behind the byte that the input stands at.</summary>
    private void FindFrame()
    {
        Span<byte> magic = stackalloc byte[ZstdFrame.MagicLength];
        BinaryPrimitives.WriteUInt32LittleEndian(magic, ZstdFrame.Magic);
        _ = _input.Read(_buffer.AsSpan(0, 1));
        int kept = 0;
        while (true)
        {
            int read = _input.Read(_buffer.AsSpan(kept));
            ReadOnlySpan<byte> window = _buffer.AsSpan(0, kept + read);
            int at = window.IndexOf(magic);
            if (at >= 0)
            {
                _input.PutBack(window[at..]);
                return;
            }

            if (read == 0)
            {
                return;
            }

            kept = Math.Min(ZstdFrame.MagicLength - 1, window.Length);
            window[^kept..].CopyTo(_buffer);
        }
    }
}
