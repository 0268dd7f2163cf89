// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Vma.Compression;
using Vma.Format;

namespace Vma.Writing;

/// <summary>
/// Writes an archive's chunks forward to a stream. An extent goes through in three steps: <see cref="Seal"/> gives it its place and its
/// number, encoding can then run beside that of others, and <see cref="Write"/> keeps their order. Sealing is not thread-safe, writing is.
/// </summary>
internal sealed class ExtentSink(Stream output, Guid uuid, bool seal, ArchiveEncoding encoding) : IDisposable
{
    /// <summary>Each can take as much memory as an extent.</summary>
    private const int MaxParked = 3;

    private readonly object _turnChanged = new();
    private readonly ConcurrentBag<IChunkEncoder> _encoders = [];
    private readonly Dictionary<long, ParkedChunk> _parked = [];
    private ulong _dataExtents;
    private uint _sealsRegister = uint.MaxValue;
    private long _nextTurn;
    private long _turn;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Bytes of the plain archive so far.</summary>
    public long Position { get; private set; }

    /// <summary>Bytes of the stream so far.</summary>
    public long Written { get; private set; }

    public ArchiveEncoding Encoding => encoding;

    public void WriteHeader(ReadOnlySpan<byte> header)
    {
        WriteBytes(encoding.Start);
        WriteAlone(header);
    }

    /// <summary>Makes an extent whole, with its seal, and gives its turn in writing.</summary>
    public long Seal(ExtentPacker packer)
    {
        if (seal)
        {
            Span<byte> payload = stackalloc byte[NullExtent.PayloadLength];
            packer.CompleteAndSeal(uuid, _dataExtents, Position, payload);
            _sealsRegister = Crc32C.Append(_sealsRegister, payload);
        }
        else
        {
            packer.Complete(uuid);
        }

        _dataExtents++;
        Position += packer.Chunk.Length;
        return _nextTurn++;
    }

    /// <summary>
    /// Encodes a sealed extent, and writes it when all before it are written, or leaves it to be written then: <see cref="Finish"/> waits for it.
    /// </summary>
    /// <exception cref="IOException">It, or one before it, could not be written.</exception>
    public void Write(long turn, ExtentPacker packer)
    {
        try
        {
            IChunkEncoder encoder = _encoders.TryTake(out IChunkEncoder? free) ? free : encoding.CreateEncoder();
            ReadOnlySpan<byte> encoded = encoder.Encode(packer.Chunk);
            if (!TryPark(turn, encoded, packer))
            {
                WaitFor(turn);
                WriteBytes(encoded);
                encoding.OnWritten(packer.Chunk.Length, encoded.Length, packer.Slots);
                PassTurn(turn + 1);
            }

            _encoders.Add(encoder);
        }
        catch (Exception failure)
        {
            Fail(failure);
            throw;
        }
    }

    /// <summary>
    /// Ends the archive, after all extents are written. A plain one without any gets an empty one, as the reference writer does; a
    /// sealed one its end mark.
    /// </summary>
    public void Finish()
    {
        WaitFor(_nextTurn);
        Span<byte> header = stackalloc byte[ExtentLayout.HeaderLength];
        header.Clear();
        if (seal)
        {
            Span<byte> payload = stackalloc byte[NullExtent.PayloadLength];
            new SealPayload { Kind = SealKind.EndMark, Number = _dataExtents, Offset = (ulong)Position, Checksum = ~_sealsRegister }.Write(payload);
            NullExtent.Write(header, payload, uuid);
            WriteAlone(header);
        }
        else if (_dataExtents == 0)
        {
            ExtentHeader.Complete(header, uuid, blockCount: 0);
            WriteAlone(header);
        }

        WriteBytes(encoding.End());
        output.Flush();
    }

    /// <summary>Has nobody wait for a turn any more: who does, or comes later, fails with the cause.</summary>
    public void Fail(Exception failure)
    {
        lock (_turnChanged)
        {
            _failure ??= ExceptionDispatchInfo.Capture(failure);
            Monitor.PulseAll(_turnChanged);
        }
    }

    public void Dispose()
    {
        while (_encoders.TryTake(out IChunkEncoder? encoder))
        {
            encoder.Dispose();
        }
    }

    private void WriteAlone(ReadOnlySpan<byte> chunk)
    {
        using IChunkEncoder encoder = encoding.CreateEncoder();
        ReadOnlySpan<byte> encoded = encoder.Encode(chunk);
        WriteBytes(encoded);
        encoding.OnWritten(chunk.Length, encoded.Length, []);
        Position += chunk.Length;
    }

    /// <summary>
    /// Leaves an encoded extent to whoever writes the one before it, so that its thread goes on encoding: chunks take from no time to long. False when it
    /// is its turn, or enough are left already.
    /// </summary>
    private bool TryPark(long turn, ReadOnlySpan<byte> encoded, ExtentPacker packer)
    {
        lock (_turnChanged)
        {
            if (_turn == turn || _parked.Count >= MaxParked || encoding.IsPlain || _failure is not null)
            {
                return false;
            }
        }

        byte[] copy = ArrayPool<byte>.Shared.Rent(encoded.Length);
        encoded.CopyTo(copy);
        var parked = new ParkedChunk(copy, encoded.Length, packer.Chunk.Length, [.. packer.Slots]);
        lock (_turnChanged)
        {
            if (_turn != turn && _failure is null)
            {
                _parked.Add(turn, parked);
                return true;
            }
        }

        ArrayPool<byte>.Shared.Return(copy);
        return false;
    }

    /// <summary>Writes what was left for the turns that come now, and gives the turn to the next that was not.</summary>
    private void PassTurn(long turn)
    {
        while (true)
        {
            ParkedChunk parked;
            lock (_turnChanged)
            {
                if (!_parked.Remove(turn, out parked))
                {
                    _turn = turn;
                    Monitor.PulseAll(_turnChanged);
                    return;
                }
            }

            WriteBytes(parked.Encoded.AsSpan(0, parked.Length));
            encoding.OnWritten(parked.PlainLength, parked.Length, parked.Slots);
            ArrayPool<byte>.Shared.Return(parked.Encoded);
            turn++;
        }
    }

    private void WaitFor(long turn)
    {
        lock (_turnChanged)
        {
            while (_turn != turn && _failure is null)
            {
                Monitor.Wait(_turnChanged);
            }

            _failure?.Throw();
        }
    }

    private void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        output.Write(bytes);
        Written += bytes.Length;
    }

    /// <summary>An encoded extent whose turn had not come; the slots are a copy.</summary>
    private readonly record struct ParkedChunk(byte[] Encoded, int Length, int PlainLength, IReadOnlyList<BlockInfo> Slots);
}
