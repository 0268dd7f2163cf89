// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Collections.Concurrent;
using Vma.Compression;
using Vma.Format;
using Vma.Threads;

namespace Vma.Writing;

/// <summary>
/// Writes an archive's header and extents forward to a stream. An extent goes through in three steps: <see cref="Seal"/> gives it its place and its
/// number, encoding can then run beside that of others, and <see cref="Write"/> keeps their order. Sealing is not thread-safe, writing is.
/// </summary>
internal sealed class ExtentSink(Stream output, Guid uuid, bool seal, ArchiveEncoding encoding) : IDisposable
{
    /// <summary>Each can take as much memory as an extent.</summary>
    private const int MostLeft = 3;

    private readonly Turnstile _turns = new(MostLeft);
    private readonly ConcurrentBag<IFrameEncoder> _encoders = [];
    private ulong _dataExtents;
    private ZeroExtents _zeroes;
    private uint _sealsRegister = uint.MaxValue;
    private long _nextTurn;

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

    /// <summary>Makes an extent whole, with its seal when it has data, and gives its turn in writing.</summary>
    public long Seal(ExtentPacker packer)
    {
        packer.Complete(uuid);
        if (packer.DataLength == 0)
        {
            _zeroes = _zeroes.Add(packer.Archived);
        }
        else if (seal)
        {
            Span<byte> payload = stackalloc byte[NullExtent.PayloadLength];
            packer.Seal(uuid, _dataExtents++, Position, _zeroes, payload);
            _sealsRegister = Crc32C.Append(_sealsRegister, payload);
            _zeroes = default;
        }

        Position += packer.Archived.Length;
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
            IFrameEncoder encoder = _encoders.TryTake(out IFrameEncoder? free) ? free : encoding.CreateEncoder();
            ReadOnlySpan<byte> encoded = encoder.Encode(packer.Archived);
            if (!TryLeave(turn, encoded, packer))
            {
                _turns.WaitFor(turn);
                WriteEncoded(encoded, packer.Archived.Length, packer.Slots);
                _turns.Pass(turn);
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
        _turns.WaitFor(_nextTurn);
        Span<byte> header = stackalloc byte[ExtentLayout.HeaderLength];
        header.Clear();
        if (seal)
        {
            Span<byte> payload = stackalloc byte[NullExtent.PayloadLength];
            new SealPayload
            {
                Kind = SealKind.EndMark,
                Number = _dataExtents,
                Offset = (ulong)Position,
                Checksum = ~_sealsRegister,
                ZeroesBefore = _zeroes,
            }.Write(payload);
            NullExtent.Write(header, payload, uuid);
            WriteAlone(header);
        }
        else if (_nextTurn == 0)
        {
            ExtentHeader.Complete(header, uuid, blockCount: 0);
            WriteAlone(header);
        }

        WriteBytes(encoding.End());
        output.Flush();
    }

    /// <summary>Ends all waiting for turns: threads that wait, or come later, fail with the cause.</summary>
    public void Fail(Exception failure) => _turns.Fail(failure);

    public void Dispose()
    {
        while (_encoders.TryTake(out IFrameEncoder? encoder))
        {
            encoder.Dispose();
        }
    }

    private void WriteAlone(ReadOnlySpan<byte> plain)
    {
        using IFrameEncoder encoder = encoding.CreateEncoder();
        ReadOnlySpan<byte> encoded = encoder.Encode(plain);
        WriteEncoded(encoded, plain.Length, []);
        Position += plain.Length;
    }

    /// <summary>
    /// Leaves an encoded extent to the thread that writes the one before it, so that its own thread goes on encoding: one extent takes
    /// far longer than another. False when it is its turn, or enough are left already.
    /// </summary>
    private bool TryLeave(long turn, ReadOnlySpan<byte> encoded, ExtentPacker packer)
    {
        if (encoding.IsPlain || !_turns.CanLeave(turn))
        {
            return false;
        }

        byte[] copy = ArrayPool<byte>.Shared.Rent(encoded.Length);
        encoded.CopyTo(copy);
        (int length, int plainLength, BlockInfo[] slots) = (encoded.Length, packer.Archived.Length, [.. packer.Slots]);
        if (_turns.TryLeave(turn, WriteCopy))
        {
            return true;
        }

        ArrayPool<byte>.Shared.Return(copy);
        return false;

        void WriteCopy()
        {
            WriteEncoded(copy.AsSpan(0, length), plainLength, slots);
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    private void WriteEncoded(ReadOnlySpan<byte> encoded, int plainLength, IReadOnlyList<BlockInfo> slots)
    {
        WriteBytes(encoded);
        encoding.OnWritten(plainLength, encoded.Length, slots);
    }

    private void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        output.Write(bytes);
        Written += bytes.Length;
    }
}
