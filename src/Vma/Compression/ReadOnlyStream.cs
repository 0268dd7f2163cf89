// SPDX-License-Identifier: MIT

namespace Vma.Compression;

/// <summary>A stream that is read forward once.</summary>
internal abstract class ReadOnlyStream : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public abstract override int Read(Span<byte> buffer);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>Gives bytes that were read to look at them, then what follows.</summary>
internal sealed class PeekedStream(ReadOnlyMemory<byte> peeked, Stream rest) : ReadOnlyStream
{
    private ReadOnlyMemory<byte> _peeked = peeked;

    public override int Read(Span<byte> buffer)
    {
        if (_peeked.IsEmpty)
        {
            return rest.Read(buffer);
        }

        int length = Math.Min(buffer.Length, _peeked.Length);
        _peeked.Span[..length].CopyTo(buffer);
        _peeked = _peeked[length..];
        return length;
    }
}
