// SPDX-License-Identifier: MIT

using Vma.Extents;
using Vma.Reading;
using Vma.Threads;

namespace Vma.Compression;

/// <summary>
/// The plain bytes of a stream of pieces, in order: while one is consumed the next ones are decoded on other threads. There are twice as many
/// of them as processors, since some take ten times as long as others. A piece is held compressed until it is decoded, then plain.
/// </summary>
internal sealed class PieceStream(IPieceSource source, DamageLog damage) : ReadOnlyStream, IExtentLender
{
    private static readonly int MostThreads = Math.Clamp(Environment.ProcessorCount, 1, 8);
    private static readonly int MaxAhead = Math.Min(2 * MostThreads + 1, 9);

    private readonly Queue<PieceDecoding> _ahead = new();
    private readonly Stack<Piece> _free = new();
    private readonly SpareBuffers _spares = new(MaxAhead * (long)SpareBuffers.RoomFor(ExtentBuffer.WholeLength));
    private readonly WorkerGroup _threads = new(MostThreads, "vma decode");
    private Piece? _current;
    private int _taken;
    private long _position;
    private int _consumed;
    private bool _readAll;

    public override int Read(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int read = _current is null ? 0 : ReadCurrent(_current, buffer);
            if (read > 0)
            {
                _position += read;
                return read;
            }

            if (!MoveNext())
            {
                return 0;
            }
        }

        return 0;
    }

    public int Exchange(ref ExtentBuffer buffer)
    {
        bool isInside = _current is { } open && (open.IsLong || _taken < open.PlainLength);
        if (isInside || !MoveNext() || _current is not { } piece || !piece.TryExchange(ref buffer))
        {
            return 0;
        }

        _taken = piece.PlainLength;
        _position += _taken;
        return _taken;
    }

    protected override void Dispose(bool disposing)
    {
        foreach (PieceDecoding decoding in _ahead)
        {
            decoding.Abandon();
            _free.Push(decoding.Piece);
        }

        _ahead.Clear();
        _threads.Dispose();
        foreach (Piece piece in _free)
        {
            piece.ReturnExtent();
        }

        _current?.ReturnExtent();
        source.Dispose();
        base.Dispose(disposing);
    }

    private int ReadCurrent(Piece piece, Span<byte> buffer)
    {
        if (!piece.IsLong)
        {
            int length = Math.Min(buffer.Length, piece.PlainLength - _taken);
            piece.PlainSpan.Slice(_taken, length).CopyTo(buffer);
            _taken += length;
            return length;
        }

        int read = source.ReadLong(piece, buffer);
        if (read == 0 && piece.Fault is { } fault)
        {
            piece.Fault = null;
            Report(piece, fault);
        }

        return read;
    }

    /// <summary>Makes the next piece the current one; false at the end.</summary>
    private bool MoveNext()
    {
        if (_current is not null)
        {
            _current.ReturnExtent();
            _free.Push(_current);
            _current = null;
        }

        ReadAhead();
        if (_ahead.Count == 0)
        {
            return false;
        }

        PieceDecoding decoding = _ahead.Dequeue();
        Piece piece = decoding.Piece;
        string? fault = decoding.Result();
        _consumed++;
        _current = piece;
        _taken = 0;
        if (fault is not null)
        {
            Report(piece, fault);
            source.DecodeUnchecked(piece);
            damage.MarkUnreadable(_position, piece.PlainLength);
        }

        return true;
    }

    /// <summary>Starts slowly: whoever wants only the header does not pay for more than the first piece.</summary>
    private void ReadAhead()
    {
        int wanted = Math.Min(MaxAhead, _consumed + 1);
        while (!_readAll && _ahead.Count < wanted)
        {
            Piece piece = _free.TryPop(out Piece? used) ? used : new Piece();
            if (piece.Compressed.Length == 0)
            {
                piece.ExchangeCompressed(_spares.TakeAny());
            }

            if (!source.Read(piece))
            {
                _readAll = true;
                return;
            }

            bool isPlain = piece is { Fault: null, IsLong: false };
            var decoding = new PieceDecoding(source, piece, _spares);
            _ahead.Enqueue(decoding);
            if (wanted > 1)
            {
                _threads.Add(decoding.Execute);
            }

            if (!isPlain)
            {
                // What comes behind a long piece is found when it is decoded; behind a fault, when somebody wants to go on.
                return;
            }
        }
    }

    private void Report(Piece piece, string fault) =>
        damage.Report(new VmaFault(VmaFaultCode.CompressedData, _position, $"the {source.Format} stream is damaged: {fault}") { CompressedOffset = piece.CompressedOffset });
}
