// SPDX-License-Identifier: MIT

namespace Vma.Input;

/// <summary>A seekable stream over something that can be read anywhere; has a position of its own.</summary>
internal sealed class PositionedStream(long length, PositionedStream.Reader readAt) : Stream
{
    private long _position;
    private bool _isClosed;

    /// <summary>Fills the buffer from a place inside the length on.</summary>
    public delegate void Reader(long offset, Span<byte> buffer);

    public override bool CanRead => !_isClosed;

    public override bool CanSeek => !_isClosed;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        int count = (int)Math.Clamp(length - _position, 0, buffer.Length);
        if (count > 0)
        {
            readAt(_position, buffer[..count]);
            _position += count;
        }

        return count;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        long target = offset + origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => _position,
            SeekOrigin.End => length,
            _ => throw new ArgumentOutOfRangeException(nameof(origin), origin, null),
        };
        return _position = target >= 0 ? target : throw new IOException("a position in front of the start");
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _isClosed = true;
        base.Dispose(disposing);
    }
}
