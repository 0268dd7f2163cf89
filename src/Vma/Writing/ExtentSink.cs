// SPDX-License-Identifier: MIT

using Vma.Format;

namespace Vma.Writing;

/// <summary>Writes header, extents and end mark forward to a stream, and counts what the seals need to know. Not thread-safe.</summary>
internal sealed class ExtentSink(Stream output, Guid uuid, bool seal)
{
    private ulong _dataExtents;
    private uint _sealsRegister = uint.MaxValue;

    /// <summary>Bytes of the archive so far.</summary>
    public long Position { get; private set; }

    public void WriteHeader(ReadOnlySpan<byte> header) => Write(header);

    /// <summary>Writes an extent that has clusters, and makes the packer ready for the next one.</summary>
    public void WriteExtent(ExtentPacker packer)
    {
        if (seal)
        {
            Span<byte> payload = stackalloc byte[NullExtent.PayloadLength];
            Write(packer.CompleteAndSeal(uuid, _dataExtents, Position, payload));
            _sealsRegister = Crc32C.Append(_sealsRegister, payload);
        }
        else
        {
            Write(packer.Complete(uuid));
        }

        _dataExtents++;
        packer.Reset();
    }

    /// <summary>
    /// Ends the archive. A plain one without any extent gets an empty one, as the reference writer does; a sealed one its end mark.
    /// </summary>
    public void Finish()
    {
        Span<byte> header = stackalloc byte[ExtentLayout.HeaderLength];
        header.Clear();
        if (seal)
        {
            Span<byte> payload = stackalloc byte[NullExtent.PayloadLength];
            new SealPayload { Kind = SealKind.EndMark, Number = _dataExtents, Offset = (ulong)Position, Checksum = ~_sealsRegister }.Write(payload);
            NullExtent.Write(header, payload, uuid);
            Write(header);
        }
        else if (_dataExtents == 0)
        {
            ExtentHeader.Complete(header, uuid, blockCount: 0);
            Write(header);
        }

        output.Flush();
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        output.Write(bytes);
        Position += bytes.Length;
    }
}
