// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Globalization;
using Vma.Reading;

namespace Vma.Compression.Lzop;

/// <summary>
/// The blocks of an lzop file, or of several put together. Behind a block whose header is damaged the next one is found by trial: its
/// checksum tells it from chance.
/// </summary>
internal sealed class LzopPieces : IPieceSource
{
    /// <summary>lzop writes 256 KiB; its format allows 64 MiB, which no version ever wrote.</summary>
    private const int LongestBlock = 8 << 20;
    private const int UsualBlock = 256 << 10;
    private const int WordLength = 4;
    private const int MostWords = 6;
    private const string Cut = "the stream ends inside a block";

    private readonly ArchiveInput _input;
    private readonly byte[] _blockHeader = new byte[MostWords * WordLength];
    private int _words;
    private LzopHeader? _header;
    private bool _isLost;
    private bool _isSkipping;

    public LzopPieces(Stream stream)
    {
        LibLzo.Require();
        _input = new ArchiveInput(stream);
    }

    public string Format => "lzop";

    public bool Read(Piece piece)
    {
        if (_isLost)
        {
            _isLost = false;
            FindBlock();
            if (_input.IsAtEnd())
            {
                return false; // that the stream's end is not a clean one was told with the fault
            }
        }

        piece.Reset(_input.Position);
        while (true)
        {
            if (_header is null)
            {
                if (_input.IsAtEnd())
                {
                    return false;
                }

                _header = LzopHeader.Read(_input, out string? headerFault);
                if (_header is null)
                {
                    return Lost(piece, headerFault!);
                }
            }

            if (ReadBlock(piece, _header.Value) is { } fault)
            {
                return Lost(piece, fault);
            }

            if (piece.PlainLength > 0)
            {
                return true;
            }

            _header = null; // a length of zero ends a file; another one may follow
        }
    }

    public bool Skip(Piece piece)
    {
        _isSkipping = true;
        return Read(piece);
    }

    public string? Unwrap(Piece piece, uint tag)
    {
        int expected = piece.PlainLength;
        using var block = new LzopPieces(new MemoryStream(piece.Compressed, 0, piece.CompressedLength, writable: false));
        // What is read moves towards the array's start, so that reading from and to the same one is no harm.
        string? fault = block.ReadBlock(piece, new LzopHeader(tag));
        return fault is null && piece.PlainLength == expected ? null : "a block is not where it should be";
    }

    public int DecodeStart(ReadOnlySpan<byte> compressed, Span<byte> plain) => 0;

    public string? Decode(Piece piece)
    {
        if (piece.Checks.CompressedAdler is { } compressedAdler && compressedAdler != LibLzo.Adler32(piece.CompressedSpan)
            || piece.Checks.CompressedCrc is { } compressedCrc && compressedCrc != LibLzo.Crc32(piece.CompressedSpan))
        {
            return "a block's compressed data does not match its checksum";
        }

        if (piece.CompressedLength == piece.PlainLength)
        {
            piece.CompressedSpan.CopyTo(piece.PlainSpan);
        }
        else if (!LibLzo.Decompress(piece.CompressedSpan, piece.PlainSpan))
        {
            return "a block cannot be decompressed";
        }

        bool matches = (piece.Checks.PlainAdler is not { } adler || adler == LibLzo.Adler32(piece.PlainSpan))
            && (piece.Checks.PlainCrc is not { } crc || crc == LibLzo.Crc32(piece.PlainSpan));
        return matches ? null : "a block's data does not match its checksum";
    }

    public void DecodeUnchecked(Piece piece)
    {
        piece.PlainSpan.Clear();
        if (piece.CompressedLength == piece.PlainLength)
        {
            piece.CompressedSpan.CopyTo(piece.PlainSpan);
        }
        else
        {
            LibLzo.Decompress(piece.CompressedSpan, piece.PlainSpan);
        }
    }

    public int ReadLong(Piece piece, Span<byte> buffer) => 0;

    public void Dispose()
    {
    }

    /// <summary>Reads a block with its header; a plain length of 0 when the file ends here. At a fault the input stays at the block's start.</summary>
    private string? ReadBlock(Piece piece, LzopHeader header)
    {
        piece.Reset(_input.Position);
        _words = 0;
        string? fault = ReadLengths(piece, header, out uint plain, out uint compressed);
        if (fault is null && plain > 0 && _isSkipping)
        {
            // The header belongs to what is read again.
            piece.Tag = header.Flags;
            piece.PlainLength = (int)plain;
            piece.CompressedLength = _words + (int)compressed;
            return _input.Skip(compressed) < compressed ? Cut : null;
        }

        if (fault is null && plain > 0)
        {
            piece.GrowCompressed((int)compressed);
            piece.CompressedLength = _input.Read(piece.Compressed.AsSpan(0, (int)compressed));
            fault = piece.CompressedLength < compressed ? Cut : null;
        }

        if (fault is not null)
        {
            PutBack(piece);
            return fault;
        }

        if (_isSkipping)
        {
            return null;
        }

        piece.PlainLength = (int)plain;
        return null;
    }

    private string? ReadLengths(Piece piece, LzopHeader header, out uint plain, out uint compressed)
    {
        compressed = 0;
        if (!NextWord(out plain))
        {
            return Cut;
        }

        if (plain == 0)
        {
            return null;
        }

        if (!NextWord(out compressed))
        {
            return Cut;
        }

        if (plain > LongestBlock || compressed > plain || compressed == 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"a block of {compressed} bytes for {plain} is not valid");
        }

        bool isStored = compressed == plain;
        bool isWhole = NextCheck(header.HasPlainAdler, out uint? plainAdler);
        isWhole &= NextCheck(header.HasPlainCrc, out uint? plainCrc);
        isWhole &= NextCheck(header.HasCompressedAdler && !isStored, out uint? compressedAdler);
        isWhole &= NextCheck(header.HasCompressedCrc && !isStored, out uint? compressedCrc);
        piece.Checks = new PieceChecks(plainAdler, plainCrc, compressedAdler, compressedCrc);
        return isWhole ? null : Cut;
    }

    private bool NextCheck(bool isThere, out uint? check)
    {
        uint value = 0;
        bool isWhole = !isThere || NextWord(out value);
        check = isThere ? value : null;
        return isWhole;
    }

    private bool NextWord(out uint value)
    {
        Span<byte> word = _blockHeader.AsSpan(_words, WordLength);
        int read = _input.Read(word);
        _words += read;
        value = BinaryPrimitives.ReadUInt32BigEndian(word);
        return read == WordLength;
    }

    private void PutBack(Piece piece)
    {
        _input.PutBack(piece.CompressedSpan);
        _input.PutBack(_blockHeader.AsSpan(0, _words));
        piece.CompressedLength = 0;
    }

    private bool Lost(Piece piece, string fault)
    {
        piece.Fault = fault;
        _isLost = true;
        return true;
    }

    /// <summary>
    /// Moves to the next place where a whole block of lzop's usual length decodes to what its checksum says. Without checksums, or
    /// without a header, nothing can be found: then the input goes to its end.
    /// </summary>
    private void FindBlock()
    {
        Span<byte> usual = stackalloc byte[WordLength];
        BinaryPrimitives.WriteUInt32BigEndian(usual, UsualBlock);
        var candidate = new Piece();
        _header ??= LzopHeader.Usual;
        Span<byte> window = new byte[64 << 10];
        _ = _input.Read(window[..1]); // not where the fault is
        while (true)
        {
            ReadOnlySpan<byte> there = window[.._input.Read(window)];
            int at = there.IndexOf(usual);
            if (at < 0)
            {
                if (there.Length < window.Length)
                {
                    return;
                }

                _input.PutBack(there[^(WordLength - 1)..]);
                continue;
            }

            _input.PutBack(there[at..]);
            if (_header.Value.HasChecksum && ReadBlock(candidate, _header.Value) is null)
            {
                candidate.MakeRoom();
                bool isBlock = candidate.PlainLength > 0 && Decode(candidate) is null;
                PutBack(candidate);
                if (isBlock)
                {
                    return;
                }
            }

            _ = _input.Read(window[..1]);
        }
    }
}
