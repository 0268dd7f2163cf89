// SPDX-License-Identifier: MIT

using Vma.Compression.Zstd.Blocks;
using Vma.Input;

namespace Vma.Compression.Zstd;

/// <summary>
/// Decodes a frame that is too long to be held, piece by piece: its header, its blocks, its checksum. libzstd gives all bytes of a block when it has just that
/// block, so a follower is told what each block became.
/// </summary>
internal sealed class ZstdLongFrame(ForwardInput input, TableCheck? check, ILongFrameFollower? follower) : ILongFrame, IDisposable
{
    private const string Cut = "a frame is cut";

    // A piece, and what is read with it since every read is a call into the system: the next block's header or the checksum.
    private byte[] _piece = [];
    private ZstdDecoder? _decoder;
    private bool _hasChecksum;
    private Stage _stage = Stage.Closed;
    private int _length;
    private int _fed;
    private int _behind;
    private long _offset;
    private long _plainLength;

    private enum Stage
    {
        Header,
        Block,
        LastBlock,
        Checksum,
        Closed,
    }

    public bool IsOpen => _stage != Stage.Closed;

    /// <summary>Why the frame could not be decoded to its end, or null.</summary>
    public string? Fault { get; private set; }

    /// <summary>Begins with a frame whose header was read.</summary>
    public void Begin(long offset, ReadOnlySpan<byte> headerBytes, ZstdFrameHeader header)
    {
        if (_decoder is null)
        {
            _decoder = new ZstdDecoder();
            _piece = new byte[BlockHeader.Length + BlockHeader.LongestPlain + ZstdFrameHeader.ChecksumLength];
        }

        _decoder.Reset();
        headerBytes.CopyTo(_piece);
        (_length, _fed, _behind) = (headerBytes.Length, 0, 0);
        (Fault, _hasChecksum, _stage) = (null, header.HasChecksum, Stage.Header);
        (_offset, _plainLength) = (offset, 0);
        follower?.BeginFrame(offset, headerBytes, header);
    }

    public int Read(Span<byte> plain, out string? fault)
    {
        int produced = 0;
        while (IsOpen && produced == 0 && !plain.IsEmpty)
        {
            produced = Decode(plain);
        }

        fault = produced == 0 ? Fault : null;
        return produced;
    }

    public void Dispose() => _decoder?.Dispose();

    private int Decode(Span<byte> plain)
    {
        bool isAtEnd = _decoder!.DecodeSome(_piece.AsSpan(_fed, _length - _fed), plain, out int consumed, out int produced, out string? failure);
        _fed += consumed;
        _plainLength += produced;
        follower?.OnPlain(plain[..produced]);
        if (failure is not null)
        {
            Lose(failure);
        }
        else if (_fed == _length && (isAtEnd || produced < plain.Length))
        {
            EndPiece();
        }

        return produced;
    }

    /// <summary>Goes on behind a piece of which all bytes have come out.</summary>
    private void EndPiece()
    {
        ReadOnlySpan<byte> piece = _piece.AsSpan(0, _length);
        if (_stage is Stage.Block or Stage.LastBlock)
        {
            follower?.OnBlock(piece);
        }

        if (_stage == Stage.Checksum || (_stage == Stage.LastBlock && !_hasChecksum))
        {
            follower?.EndFrame(_stage == Stage.Checksum ? piece : []);
            check?.OnFrame(input.Position - _offset, _plainLength);
            _stage = Stage.Closed;
            return;
        }

        _piece.AsSpan(_length, _behind).CopyTo(_piece);
        (_length, _fed) = (_behind, 0);
        if (_stage == Stage.LastBlock)
        {
            (_stage, _behind) = (Stage.Checksum, 0);
        }
        else
        {
            ReadBlock();
        }
    }

    /// <summary>Reads the block whose header is at the piece's start; behind the frame's header not even that is there.</summary>
    private void ReadBlock()
    {
        if (_length == 0 && !TryRead(BlockHeader.Length))
        {
            Lose(Cut);
            return;
        }

        BlockHeader block = BlockHeader.Read(_piece);
        if (!block.IsValid || block.ContentLength > BlockHeader.LongestPlain)
        {
            Lose("a frame's blocks are not valid");
            return;
        }

        (_stage, _behind) = block.IsLast ? (Stage.LastBlock, _hasChecksum ? ZstdFrameHeader.ChecksumLength : 0) : (Stage.Block, BlockHeader.Length);
        if (!TryRead(block.ContentLength + _behind))
        {
            Lose(Cut);
        }

        _length -= _behind;
    }

    /// <summary>Reads bytes behind those of the piece; false when the stream ends first.</summary>
    private bool TryRead(int count)
    {
        int read = input.Read(_piece.AsSpan(_length, count));
        _length += count;
        return read == count;
    }

    private void Lose(string fault)
    {
        // The search for the next frame begins inside what was read and not decoded.
        ReadOnlySpan<byte> unused = _piece.AsSpan(_fed, _length - _fed);
        if (fault != Cut && input.MaySearchAgain(unused.Length))
        {
            input.PutBack(unused);
        }

        (Fault, _stage) = (fault, Stage.Closed);
        check?.OnLostFrame();
        follower?.LoseFrame(fault);
    }
}
