// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Vma.Compression;
using Vma.Format;

namespace Vma.Writing;

/// <summary>
/// Writes an archive's chunks forward to a stream. An extent goes through in three steps: <see cref="Seal"/> gives it its place and its
/// number, encoding can then run beside that of others, and <see cref="Write"/> waits for its turn. Sealing is not thread-safe, writing is.
/// </summary>
internal sealed class ExtentSink(Stream output, Guid uuid, bool seal, ArchiveEncoding encoding) : IDisposable
{
    private readonly object _turnChanged = new();
    private readonly ConcurrentBag<IChunkEncoder> _encoders = [];
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

    /// <summary>Encodes a sealed extent, and writes it when all before it are written.</summary>
    /// <exception cref="IOException">It, or one before it, could not be written.</exception>
    public void Write(long turn, ExtentPacker packer)
    {
        try
        {
            IChunkEncoder encoder = _encoders.TryTake(out IChunkEncoder? free) ? free : encoding.CreateEncoder();
            ReadOnlySpan<byte> encoded = encoder.Encode(packer.Chunk);
            WaitFor(turn);
            WriteBytes(encoded);
            encoding.OnWritten(packer.Chunk.Length, encoded.Length, packer.Slots);
            _encoders.Add(encoder);
        }
        catch (Exception failure)
        {
            Fail(failure);
            throw;
        }

        lock (_turnChanged)
        {
            _turn = turn + 1;
            Monitor.PulseAll(_turnChanged);
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

    // Lets nobody wait for a turn that will not come.
    private void Fail(Exception failure)
    {
        lock (_turnChanged)
        {
            _failure ??= ExceptionDispatchInfo.Capture(failure);
            Monitor.PulseAll(_turnChanged);
        }
    }

    private void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        output.Write(bytes);
        Written += bytes.Length;
    }
}
