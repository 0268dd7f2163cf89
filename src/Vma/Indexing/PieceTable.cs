// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using Vma.Compression;
using Vma.Compression.Lzop;
using Vma.Compression.Zstd;

namespace Vma.Indexing;

/// <summary>
/// Where each part of a compressed archive that can be decoded for itself is, compressed and plain: 20 bytes a part. Of our zstd archives that is
/// 6 MiB per TiB, of lzop's, whose blocks are 256 KiB, 80 MiB.
/// </summary>
internal sealed class PieceTable(CompressionFormat format)
{
    private readonly List<Place> _places = [];

    public CompressionFormat Format => format;

    public int Count => _places.Count;

    /// <summary>How many bytes all of it decodes to.</summary>
    public long PlainLength { get; private set; }

    /// <summary>How many bytes the parts take, and what a seek table lists beside them.</summary>
    public long CompressedLength { get; private set; }

    /// <summary>What was wrong when the parts were walked over; what lies behind is in no place that could be told.</summary>
    public VmaFault? Fault { get; private set; }

    public Place this[int index] => _places[index];

    /// <summary>
    /// What the seek table at the end of a zstd stream tells, as far as it can be right; null when there is none, or it cannot be.
    /// </summary>
    public static PieceTable? FromSeekTable(PositionalInput file, CompressionFormat format)
    {
        using Stream stream = file.ToStream();
        if (format != CompressionFormat.Zstd || SeekTable.TryRead(stream) is not { } frames)
        {
            return null;
        }

        var table = new PieceTable(format);
        long at = 0;
        foreach ((uint compressed, uint plain) in frames)
        {
            if (plain > ZstdPieces.LongestPlain || compressed > ZstdPieces.LongestCompressed)
            {
                return null;
            }

            table.Add(at, (int)compressed, (int)plain, tag: 0);
            at += compressed;
        }

        table.CompressedLength = at;
        return table;
    }

    /// <summary>Goes over all parts by their headers; null when one is too long to be decoded for a single read.</summary>
    public static PieceTable? Walk(PositionalInput file, CompressionFormat format, CancellationToken cancellationToken)
    {
        if (format is not (CompressionFormat.Zstd or CompressionFormat.Lzop))
        {
            return null;
        }

        var table = new PieceTable(format);
        using Stream stream = file.ToStream();
        using IPieceSource source = OpenSource(format, stream);
        var piece = new Piece();
        while (source.Skip(piece))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (piece.IsLong)
            {
                return null;
            }

            if (piece.Fault is { } fault)
            {
                table.Fault = new VmaFault(VmaFaultCode.CompressedData, table.PlainLength, $"the {source.Format} stream is damaged: {fault}") { CompressedOffset = piece.CompressedOffset };
                return table;
            }

            table.Add(piece.CompressedOffset, piece.CompressedLength, piece.PlainLength, piece.Tag);
        }

        return table;
    }

    public static IPieceSource OpenSource(CompressionFormat format, Stream stream) => format == CompressionFormat.Zstd ? new ZstdPieces(stream) : new LzopPieces(stream);

    public bool Matches(PieceTable other) => CollectionsMarshal.AsSpan(_places).SequenceEqual(CollectionsMarshal.AsSpan(other._places));

    /// <summary>The part that holds a plain byte.</summary>
    public int Find(long offset)
    {
        ReadOnlySpan<Place> places = CollectionsMarshal.AsSpan(_places);
        int low = 0, high = places.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) >>> 1;
            (low, high) = places[middle].Plain <= offset ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    /// <summary>Where a part's plain bytes end.</summary>
    public long EndOf(int index) => index + 1 < _places.Count ? _places[index + 1].Plain : PlainLength;

    /// <summary>How many plain bytes a part has.</summary>
    public int PlainLengthOf(int index) => (int)(EndOf(index) - _places[index].Plain);

    /// <summary>Takes in the next part; one without content is none.</summary>
    public void Add(long compressedOffset, int compressedLength, int plain, uint tag)
    {
        if (plain > 0)
        {
            _places.Add(new Place(compressedOffset, PlainLength, compressedLength, tag));
            PlainLength += plain;
        }
    }

    /// <param name="Compressed">Where it starts in the compressed stream.</param>
    /// <param name="Plain">Where its plain bytes start.</param>
    /// <param name="CompressedLength">How many bytes it has there, with its own header.</param>
    /// <param name="Tag">What its format needs to know beside.</param>
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    internal readonly record struct Place(long Compressed, long Plain, int CompressedLength, uint Tag);
}
