// SPDX-License-Identifier: MIT

using Vma.Extents;

namespace Vma.Compression;

/// <summary>A part of a compressed stream that can be decoded for itself: a zstd frame, an lzop block.</summary>
internal sealed class Piece
{
    /// <summary>Where it starts in the compressed stream, in bytes.</summary>
    public long CompressedOffset { get; set; }

    public byte[] Compressed { get; private set; } = [];

    public int CompressedLength { get; set; }

    private byte[] _plain = [];
    private ExtentBuffer? _extent;

    /// <summary>How many bytes it decodes to; known from its header.</summary>
    public int PlainLength { get; set; }

    /// <summary>Whether it decodes to so few bytes that they can be an extent, and be exchanged.</summary>
    public bool MayBeExtent { get; set; }

    /// <summary>What its header says of checksums; up to the format.</summary>
    public PieceChecks Checks { get; set; }

    /// <summary>Why it cannot be decoded, found while it was read.</summary>
    public string? Fault { get; set; }

    /// <summary>Whether it is too long to be held, and comes from <see cref="IPieceSource.ReadLong"/>.</summary>
    public bool IsLong { get; set; }

    /// <summary>What is needed beside its bytes to decode it again; up to the format.</summary>
    public uint Tag { get; set; }

    public Span<byte> CompressedSpan => Compressed.AsSpan(0, CompressedLength);

    public Span<byte> PlainSpan => (_extent is null ? _plain : _extent.Whole)[..PlainLength];

    public void Reset(long compressedOffset)
    {
        CompressedOffset = compressedOffset;
        CompressedLength = 0;
        PlainLength = 0;
        MayBeExtent = false;
        Checks = default;
        Fault = null;
        IsLong = false;
        Tag = 0;
    }

    /// <summary>Makes room for compressed bytes, those there are kept. The caller has bounded the length.</summary>
    public void GrowCompressed(int length)
    {
        if (Compressed.Length < length)
        {
            byte[] grown = GC.AllocateUninitializedArray<byte>(Math.Max(length, Compressed.Length * 2));
            CompressedSpan.CopyTo(grown);
            Compressed = grown;
        }
    }

    /// <summary>Has other memory for the compressed bytes, which are lost, and gives that of before.</summary>
    public byte[] ExchangeCompressed(byte[] memory)
    {
        CompressedLength = 0;
        (byte[] before, Compressed) = (Compressed, memory);
        return before;
    }

    /// <summary>Has other memory for the plain bytes, and gives that of before.</summary>
    public void SwapPlain(ref byte[] plain) => (_plain, plain) = (plain, _plain);

    /// <summary>Makes room for the plain bytes. Whoever set their length has bounded it.</summary>
    public void MakeRoom()
    {
        if (MayBeExtent)
        {
            _extent ??= ExtentBufferPool.Rent();
            return;
        }

        ReturnExtent();
        if (_plain.Length < PlainLength)
        {
            _plain = GC.AllocateUninitializedArray<byte>(PlainLength);
        }
    }

    /// <summary>Exchanges the plain bytes for another buffer; false when they are not in one.</summary>
    public bool TryExchange(ref ExtentBuffer buffer)
    {
        if (_extent is null)
        {
            return false;
        }

        (buffer, _extent) = (_extent, buffer);
        return true;
    }

    /// <summary>Gives back what is pooled. Nobody may be at work on the piece.</summary>
    public void ReturnExtent()
    {
        if (_extent is not null)
        {
            ExtentBufferPool.Return(_extent);
            _extent = null;
        }
    }
}

/// <summary>The checksums of a piece; null where there is none.</summary>
internal readonly record struct PieceChecks(uint? PlainAdler, uint? PlainCrc, uint? CompressedAdler, uint? CompressedCrc);

/// <summary>Reads the pieces of one compressed format, one after the other, and decodes them.</summary>
internal interface IPieceSource : IDisposable
{
    /// <summary>What the format is called.</summary>
    string Format { get; }

    /// <summary>
    /// Reads the next piece's compressed bytes; false at the stream's clean end. A fault is left in the piece; the next call then looks for
    /// a piece behind it.
    /// </summary>
    bool Read(Piece piece);

    /// <summary>
    /// As <see cref="Read"/>, but passes over the piece's bytes where the stream can seek: only its place, its lengths and its tag are told. Behind
    /// a fault there is no going on. A piece is long when it cannot be held, whether its header says how long it is or not.
    /// </summary>
    bool Skip(Piece piece);

    /// <summary>
    /// Makes a piece whose bytes were read from the place that <see cref="Skip"/> told, and whose plain length is set, ready to be decoded; gives the
    /// fault, or null. May be called from any thread.
    /// </summary>
    string? Unwrap(Piece piece, uint tag);

    /// <summary>Decodes the first bytes of a piece from its own first ones; tells how many came. May be called from any thread.</summary>
    int DecodeStart(ReadOnlySpan<byte> compressed, Span<byte> plain);

    /// <summary>Decodes a piece; gives the fault, or null. May be called from any thread, for several pieces at once.</summary>
    string? Decode(Piece piece);

    /// <summary>
    /// Decodes a piece as far as it goes, without comparing checksums; the rest is zeros. What comes can be wrong: only who has checksums of
    /// his own may use it. May be called from any thread, for several pieces at once.
    /// </summary>
    void DecodeUnchecked(Piece piece);

    /// <summary>Decodes the next bytes of a long piece into the buffer; 0 at its end. A fault is left in the piece.</summary>
    int ReadLong(Piece piece, Span<byte> buffer);
}
