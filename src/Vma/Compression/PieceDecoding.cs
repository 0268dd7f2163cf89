// SPDX-License-Identifier: MIT

namespace Vma.Compression;

/// <summary>
/// The decoding of one piece, by whoever comes first: a thread that decodes ahead, or the one that needs it.
/// </summary>
internal sealed class PieceDecoding(IPieceSource source, Piece piece, SpareBuffers spares)
{
    private readonly TaskCompletionSource<string?> _result = new();
    private int _isTaken;

    public Piece Piece => piece;

    /// <summary>The fault, or null; decodes the piece when nobody has begun to.</summary>
    public string? Result()
    {
        Execute();
        return _result.Task.GetAwaiter().GetResult();
    }

    /// <summary>Returns when nobody works on the piece, nor will.</summary>
    public void Abandon()
    {
        if (Interlocked.Exchange(ref _isTaken, 1) != 0)
        {
            ((IAsyncResult)_result.Task).AsyncWaitHandle.WaitOne();
        }
    }

    public void Execute()
    {
        if (Interlocked.Exchange(ref _isTaken, 1) != 0)
        {
            return;
        }

        try
        {
            _result.SetResult(piece is { Fault: null, IsLong: false } ? Decode() : piece.Fault);
        }
        catch (Exception failure)
        {
            _result.SetException(failure);
        }
    }

    private string? Decode()
    {
        piece.MakeRoom();
        string? fault = source.Decode(piece);
        if (fault is null)
        {
            spares.Give(piece.ExchangeCompressed([]));
        }

        return fault;
    }
}
